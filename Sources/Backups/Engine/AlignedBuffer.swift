/// Memory at a page border, for direct I/O and for words read in place; freed with its owner.
final class AlignedBuffer: @unchecked Sendable {
    // Unchecked: whoever was handed the buffer alone touches its bytes; the pointer itself never changes.
    let base: UnsafeMutableRawPointer
    let capacity: Int

    init(_ capacity: Int) {
        self.capacity = capacity
        base = .allocate(byteCount: capacity, alignment: Geometry.block)
    }

    deinit { base.deallocate() }

    func bytes(_ range: Range<Int>) -> UnsafeMutableRawBufferPointer {
        precondition(range.lowerBound >= 0 && range.upperBound <= capacity)
        return UnsafeMutableRawBufferPointer(start: base + range.lowerBound, count: range.count)
    }
}
