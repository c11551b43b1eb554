/// A number of bytes, shown in binary units.
package struct ByteCount: Sendable, Hashable, Comparable {
    package var bytes: UInt64

    package init(_ bytes: UInt64) { self.bytes = bytes }

    package static func < (a: ByteCount, b: ByteCount) -> Bool { a.bytes < b.bytes }
}

extension ByteCount: CustomStringConvertible {
    /// `512 B`, `1.5 KiB`, `75 MiB`: one decimal below 10, none above, never more than there is.
    package var description: String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        var unit = 0
        var scale: UInt64 = 1
        while unit + 1 < units.count, bytes / scale >= 1024 {
            scale *= 1024
            unit += 1
        }
        guard unit > 0 else { return "\(bytes) B" }
        let whole = bytes / scale
        if whole >= 10 { return "\(whole) \(units[unit])" }
        let tenths = (bytes % scale) * 10 / scale
        return "\(whole).\(tenths) \(units[unit])"
    }
}
