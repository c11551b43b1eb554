/// What tells one series from all others.
package struct SeriesKey: Sendable, Hashable {
    package let name: MetricName
    package let tags: TagSet

    package init(_ name: MetricName, _ tags: TagSet = .none) {
        (self.name, self.tags) = (name, tags)
    }

    package var id: SeriesID { SeriesID(of: self) }
}

extension SeriesKey: CustomStringConvertible {
    /// As in OpenMetrics: `up{host="a"}`.
    package var description: String { tags.tags.isEmpty ? name.text : "\(name.text){\(tags)}" }
}

/// The name of a series for records and scripts: the same on every host and in every version.
///
/// XXH64 (seed 0) of the key's text.
package struct SeriesID: Sendable, Hashable, CustomStringConvertible {
    package let number: UInt64

    init(of key: SeriesKey) {
        var text = key.description
        number = text.withUTF8 { XXHash64.of(UnsafeRawBufferPointer($0)) }
    }

    /// 16 hexadecimal digits.
    package var description: String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
