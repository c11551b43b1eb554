import DebVisorCore

/// The tags of a series, each name once, sorted by name: what Prometheus calls labels.
package struct TagSet: Sendable, Hashable {
    package struct Tag: Sendable, Hashable {
        /// `[a-zA-Z_][a-zA-Z0-9_]*`, not `__name__`.
        package let name: String
        /// Any text but an empty one, at most 1 KiB.
        package let value: String
    }

    package let tags: [Tag]

    package static let none = TagSet(sorted: [])

    init(sorted tags: [Tag]) { self.tags = tags }

    /// A tag without a value is no tag, as in Prometheus.
    /// - Throws: `usage` for a name that cannot be one or comes twice, and for a value that is too long.
    package init(_ pairs: some Sequence<(name: String, value: String)>) throws {
        var tags: [Tag] = []
        for (name, value) in pairs {
            guard MetricName.isValid(name.utf8, colons: false), name != "__name__" else {
                throw Fault(
                    .usage, "'\(name)' cannot be the name of a tag",
                    hint: "a tag's name has letters, digits and '_' and does not begin with a digit")
            }
            guard value.utf8.count <= 1024 else {
                throw Fault(.usage, "the value of tag '\(name)' is longer than 1 KiB")
            }
            tags.append(Tag(name: name, value: value))
        }
        tags.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        for (one, next) in zip(tags, tags.dropFirst()) where one.name == next.name {
            throw Fault(.usage, "tag '\(one.name)' is given twice", hint: "give each tag once")
        }
        self.tags = tags.filter { !$0.value.isEmpty }
        guard self.tags.count <= 64 else {
            throw Fault(.usage, "\(self.tags.count) tags are too many", hint: "a series has at most 64")
        }
    }

    package subscript(name: String) -> String? { tags.first { $0.name == name }?.value }

    /// The same with one more or another value for it; without it if the value is empty.
    package func setting(_ name: String, to value: String) throws -> TagSet {
        try TagSet(tags.filter { $0.name != name }.map { ($0.name, $0.value) } + [(name: name, value: value)])
    }

    package func removing(_ name: String) -> TagSet { TagSet(sorted: tags.filter { $0.name != name }) }

    /// Whether it has all of the other's.
    package func contains(_ other: TagSet) -> Bool { other.tags.allSatisfy { tags.contains($0) } }
}

extension TagSet: CustomStringConvertible {
    /// As between the braces of OpenMetrics: `a="1",b="two"`; what stores and ids are made of.
    package var description: String {
        var text: [UInt8] = []
        for tag in tags {
            if !text.isEmpty { text.append(UInt8(ascii: ",")) }
            text.append(contentsOf: tag.name.utf8)
            text.append(contentsOf: "=\"".utf8)
            Self.escape(tag.value.utf8, into: &text)
            text.append(UInt8(ascii: "\""))
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Backslash, quote and line feed as OpenMetrics writes them.
    static func escape(_ bytes: some Sequence<UInt8>, into text: inout [UInt8]) {
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\\"), UInt8(ascii: "\""): text.append(contentsOf: [UInt8(ascii: "\\"), byte])
            case 10: text.append(contentsOf: "\\n".utf8)
            default: text.append(byte)
            }
        }
    }

    /// Reads back what `description` wrote.
    init(stored text: String) {
        var tags: [Tag] = []
        var (name, value): ([UInt8], [UInt8]) = ([], [])
        var (isQuoted, isEscaped) = (false, false)
        for byte in text.utf8 {
            switch (isQuoted, byte) {
            case (true, _) where isEscaped:
                value.append(byte == UInt8(ascii: "n") ? 10 : byte)
                isEscaped = false
            case (true, UInt8(ascii: "\\")): isEscaped = true
            case (true, UInt8(ascii: "\"")):
                tags.append(
                    Tag(name: String(decoding: name, as: UTF8.self), value: String(decoding: value, as: UTF8.self)))
                (name, value, isQuoted) = ([], [], false)
            case (true, _): value.append(byte)
            case (false, UInt8(ascii: "\"")): isQuoted = true
            case (false, UInt8(ascii: "=")), (false, UInt8(ascii: ",")): break
            case (false, _): name.append(byte)
            }
        }
        self.tags = tags
    }
}
