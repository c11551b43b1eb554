import Hypervisor

/// Extents in the making: they cover a range without gaps, neighbours of one kind joined.
struct ExtentList {
    private let range: Range<UInt64>
    private var extents: [BlockExtent] = []

    init(_ range: Range<UInt64>) { self.range = range }

    /// Where the next one begins.
    var position: UInt64 { extents.last?.range.upperBound ?? range.lowerBound }

    mutating func append(until end: UInt64, isData: Bool) {
        let start = position
        let end = min(end, range.upperBound)
        guard end > start else { return }
        if let last = extents.indices.last, extents[last].isData == isData {
            extents[last].range = extents[last].range.lowerBound..<end
        } else {
            extents.append(BlockExtent(range: start..<end, isData: isData))
        }
    }

    /// What lies past the end of the disk reads as zeros.
    var finished: [BlockExtent] {
        var list = self
        list.append(until: range.upperBound, isData: false)
        return list.extents
    }
}
