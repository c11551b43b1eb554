import DebVisorCore
import Foundation

/// JSON in columns: what is read seldom.
enum StoredJSON {
    static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// - Throws: `attention`.
    static func decode<Value: Decodable>(_ type: Value.Type, from text: String, of what: String) throws -> Value {
        do { return try JSONDecoder().decode(type, from: Data(text.utf8)) } catch {
            throw Fault(
                .attention, "\(what) in the alert store are not understood", hint: AlertStore.recovery,
                cause: "\(error)")
        }
    }
}

/// Tags in a column, ten thousand of which are read at once: names and values between the separators of ASCII.
enum StoredTags {
    static func encode(_ tags: [String: String]) -> String {
        tags.sorted { $0.key < $1.key }.map { plain($0.key) + "\u{1f}" + plain($0.value) }.joined(separator: "\u{1e}")
    }

    static func decode(_ text: String) -> [String: String] {
        guard !text.isEmpty else { return [:] }
        var tags: [String: String] = [:]
        for tag in text.utf8.split(separator: 0x1e) {
            let parts = tag.split(separator: 0x1f, maxSplits: 1, omittingEmptySubsequences: false)
            tags[String(Substring(parts[0]))] = parts.count > 1 ? String(Substring(parts[1])) : ""
        }
        return tags
    }

    /// The value of one tag, without reading the others.
    static func value(_ name: String, in text: String) -> String? {
        for tag in text.utf8.split(separator: 0x1e) where tag.starts(with: name.utf8) {
            let rest = tag.dropFirst(name.utf8.count)
            if rest.first == 0x1f { return String(Substring(rest.dropFirst())) }
        }
        return nil
    }

    private static func plain(_ text: String) -> String {
        text.utf8.contains { $0 == 0x1e || $0 == 0x1f }
            ? String(text.map { $0 == "\u{1e}" || $0 == "\u{1f}" ? "\u{fffd}" : $0 }) : text
    }
}
