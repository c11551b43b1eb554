import CommandKit
import DebVisorCore
import Platform

/// A file of `key = value` lines; `#` begins a comment. The same text is in debvisor.conf(5).
struct ConfigurationFile {
    let path: String
    let entries: [String: (value: String, line: Int)]

    static let keys = ["connect", "own_metrics", "sendmail", "state_dir", "timeout"]

    /// - Throws: `usage` naming file and line; `notFound`, `denied`.
    init(_ path: String) throws {
        self.path = path
        let text = String(decoding: try NamedFile.read(path, limit: 1 << 20), as: UTF8.self)
        var entries: [String: (value: String, line: Int)] = [:]
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let content = Self.trimmed(line.prefix { $0 != "#" })
            if content.isEmpty { continue }
            guard let equals = content.firstIndex(of: "=") else {
                throw Fault(
                    .usage, "\(path):\(number + 1): a line must be 'key = value'", hint: "comments begin with '#'")
            }
            let key = Self.trimmed(content[..<equals])
            guard Self.keys.contains(key) else {
                throw Fault(
                    .usage, "\(path):\(number + 1): there is no setting '\(key)'",
                    hint: Suggestion.hint(
                        for: key, among: Self.keys, otherwise: "there are: \(Self.keys.joined(separator: ", "))"))
            }
            let value = Self.trimmed(content[content.index(after: equals)...])
            do { try Self.check(value, for: key) } catch {
                throw Fault(
                    .usage, "\(path):\(number + 1): the setting '\(key)' \(error.message)",
                    hint: error.hint ?? "see debvisor.conf(5)")
            }
            entries[key] = (value, number + 1)
        }
        self.entries = entries
    }

    private static func check(_ value: String, for key: String) throws(ValueError) {
        if key == "timeout" {
            _ = try Settings.timeoutType.parse(value)
        } else if key == "sendmail", !value.hasPrefix("/") {
            throw ValueError("must be an absolute path, like \(Settings.sendmail)")
        } else if key == "own_metrics" {
            _ = try Settings.switchType.parse(value)
        } else if value.isEmpty {
            throw ValueError("must not be empty")
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        let isBlank = { (character: Character) in character == " " || character == "\t" || character == "\r" }
        return String(text.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }

    private static func trimmed(_ text: String) -> String { trimmed(text[...]) }
}
