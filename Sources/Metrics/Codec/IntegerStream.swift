/// A sequence of integers with its own predictor: their common step taken out, then themselves, their differences or
/// the differences of these, whichever is shortest; coded by `IntegerModels`.
///
/// In bits: 2 order, 3 depth of the tree of lengths (0: all residuals are 0; 1 to 7 as they are), the least value (as
/// ordered number, see `zigzag`), the step, then the first `order` reduced values as numbers, for order 0 the middle, then
/// the residuals. All arithmetic wraps, so every Int64 has its way through.
final class IntegerStream {
    private let models = IntegerModels()
    private let cost = BitCost()
    private let reduced: UnsafeMutablePointer<Int64>
    private let residuals: UnsafeMutablePointer<Int64>
    private let trial: UnsafeMutablePointer<Int64>

    /// - Parameter capacity: the longest sequence that is coded.
    init(capacity: Int) {
        (reduced, residuals) = (.allocate(capacity: capacity), .allocate(capacity: capacity))
        trial = .allocate(capacity: capacity)
    }

    deinit {
        reduced.deallocate()
        residuals.deallocate()
        trial.deallocate()
        models.free()
        cost.free()
    }

    /// How a sequence is coded best, and what it would cost in bits. `residuals` then holds what is to be coded.
    struct Plan {
        var order = 0
        var least: Int64 = 0
        var step: UInt64 = 1
        var middle: Int64 = 0
        var bits = Double.infinity
    }

    func plan(_ values: UnsafePointer<Int64>, count: Int, keeping isKept: Bool = false) -> Plan {
        var plan = Plan()
        guard count > 0 else { return plan }
        reduce(values, count, &plan)
        for order in 0...min(2, count - 1) {
            let middle = order == 0 ? center(count) : difference(order, count)
            let bits = cost.bits(trial + order, count: count - order) + Double(order) * 32 + 24
            guard bits < plan.bits else { continue }
            (plan.order, plan.bits) = (order, bits)
            if order == 0 { plan.middle = middle }
            if isKept { residuals.update(from: trial, count: count) }
        }
        return plan
    }

    func encode(_ values: UnsafePointer<Int64>, count: Int, _ encoder: inout RangeEncoder) {
        let plan = plan(values, count: count, keeping: true)
        var longest = 0
        for index in plan.order..<max(plan.order, count) {
            longest = max(longest, 64 - residuals[index].magnitude.leadingZeroBitCount)
        }
        let depth = Int.bitWidth - longest.leadingZeroBitCount
        encoder.encode(UInt64(plan.order), bits: 2)
        encoder.encode(UInt64(depth), bits: 3)
        encoder.encode(number: Self.zigzag(plan.least))
        encoder.encode(number: plan.step)
        if plan.order == 0 { encoder.encode(number: Self.zigzag(plan.middle)) }
        for index in 0..<min(plan.order, count) { encoder.encode(number: Self.zigzag(reduced[index])) }
        guard depth > 0 else { return }
        models.reset()
        for index in plan.order..<count { models.encode(residuals[index], depth: depth, &encoder) }
    }

    func decode(into values: UnsafeMutablePointer<Int64>, count: Int, _ decoder: inout RangeDecoder) {
        let order = min(Int(decoder.decode(bits: 2)), count)
        let depth = Int(decoder.decode(bits: 3))
        let least = Self.unzigzag(decoder.decodeNumber())
        let step = Int64(bitPattern: decoder.decodeNumber())
        let middle = order == 0 ? Self.unzigzag(decoder.decodeNumber()) : 0
        for index in 0..<order { values[index] = Self.unzigzag(decoder.decodeNumber()) }
        models.reset()
        var last = order > 0 ? values[order - 1] : middle
        var slope = order > 1 ? last &- values[0] : 0
        for index in order..<max(order, count) {
            let residual = depth == 0 ? 0 : models.decode(depth: depth, &decoder)
            switch order {
            case 0: values[index] = middle &+ residual
            case 1:
                last = last &+ residual
                values[index] = last
            default:
                slope = slope &+ residual
                last = last &+ slope
                values[index] = last
            }
        }
        for index in 0..<count { values[index] = least &+ values[index] &* step }
    }

    /// Takes out the least value and the greatest common divisor of what is left.
    private func reduce(_ values: UnsafePointer<Int64>, _ count: Int, _ plan: inout Plan) {
        var (least, most) = (values[0], values[0])
        for index in 1..<max(1, count) {
            least = min(least, values[index])
            most = max(most, values[index])
        }
        plan.least = least
        var step: UInt64 = 0
        for index in 0..<count {
            let offset = UInt64(bitPattern: values[index] &- least)
            reduced[index] = Int64(bitPattern: offset)
            if step != 1 { step = Self.commonDivisor(step, offset) }
        }
        plan.step = max(step, 1)
        guard step > 1 else { return }
        for index in 0..<count { reduced[index] = Int64(UInt64(bitPattern: reduced[index]) / step) }
    }

    /// Fills `trial` with distances from the middle, which it returns.
    private func center(_ count: Int) -> Int64 {
        var sum: Int128 = 0
        for index in 0..<count { sum &+= Int128(reduced[index]) }
        let middle = Int64(sum / Int128(count))
        for index in 0..<count { trial[index] = reduced[index] &- middle }
        return middle
    }

    /// Fills `trial` from `order` on with differences; for the second order it holds the first. - Returns: 0.
    private func difference(_ order: Int, _ count: Int) -> Int64 {
        let source = order == 1 ? reduced : trial
        for index in stride(from: count - 1, through: order, by: -1) {
            trial[index] = source[index] &- source[index - 1]
        }
        return 0
    }

    private static func commonDivisor(_ a: UInt64, _ b: UInt64) -> UInt64 {
        var (a, b) = (a, b)
        while b != 0 { (a, b) = (b, a % b) }
        return a
    }

    /// Small numbers of either sign as small numbers.
    static func zigzag(_ value: Int64) -> UInt64 { UInt64(bitPattern: value &<< 1 ^ value &>> 63) }
    static func unzigzag(_ number: UInt64) -> Int64 {
        Int64(bitPattern: number &>> 1) ^ (0 &- Int64(bitPattern: number & 1))
    }
}
