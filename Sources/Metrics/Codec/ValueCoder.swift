/// The values of a chunk, whichever of three ways is shortest: as ordered bit patterns, as decimals with their misses,
/// or as a sorted dictionary (itself coded in one of the first two ways) and a symbol for each value.
///
/// In bits: 2 the way; decimals: 5 places, two streams; a dictionary: its size as a number, its values, then the symbols
/// down a tree of models.
final class ValueCoder {
    private let stream: IntegerStream
    private let dictionary: ValueDictionary
    private let numbers: UnsafeMutablePointer<Int64>
    private let misses: UnsafeMutablePointer<Int64>

    init(capacity: Int) {
        stream = IntegerStream(capacity: capacity)
        dictionary = ValueDictionary(capacity: capacity)
        (numbers, misses) = (.allocate(capacity: capacity), .allocate(capacity: capacity))
    }

    deinit {
        numbers.deallocate()
        misses.deallocate()
    }

    private enum Way: UInt64 { case bits, decimals, dictionary }

    func encode(_ values: UnsafePointer<UInt64>, count: Int, _ encoder: inout RangeEncoder) {
        let plain = plan(values, count)
        if dictionary.collect(values, count: count), dictionary.count < count {
            let bits = dictionary.symbolBits(count: count) + plan(dictionary.keys, dictionary.count).bits
            if bits < plain.bits {
                encoder.encode(Way.dictionary.rawValue, bits: 2)
                encoder.encode(number: UInt64(dictionary.count))
                put(dictionary.keys, dictionary.count, plan(dictionary.keys, dictionary.count).scale, &encoder)
                return dictionary.encodeSymbols(count: count, &encoder)
            }
        }
        put(values, count, plain.scale, &encoder)
    }

    func decode(into values: UnsafeMutablePointer<UInt64>, count: Int, _ decoder: inout RangeDecoder) {
        switch Way(rawValue: decoder.decode(bits: 2)) {
        case .dictionary:
            let size = min(Int(truncatingIfNeeded: decoder.decodeNumber()), ValueDictionary.most)
            guard size > 0, size <= count else { return values.update(repeating: 0, count: count) }
            decode(into: dictionary.keys, count: size, &decoder)
            dictionary.decodeSymbols(into: values, size: size, count: count, &decoder)
        case .decimals:
            let scale = DecimalScale(places: min(Int(decoder.decode(bits: 5)), DecimalScale.most))
            stream.decode(into: numbers, count: count, &decoder)
            stream.decode(into: misses, count: count, &decoder)
            for index in 0..<count { values[index] = scale.joined(numbers[index], misses[index]) }
        case .bits, nil:
            stream.decode(into: numbers, count: count, &decoder)
            for index in 0..<count { values[index] = OrderedBits.bits(numbers[index]) }
        }
    }

    /// The better of the first two ways (no scale: bit patterns) and its cost in bits.
    private func plan(_ values: UnsafePointer<UInt64>, _ count: Int) -> (scale: DecimalScale?, bits: Double) {
        order(values, count)
        var best: (scale: DecimalScale?, bits: Double) = (nil, stream.plan(numbers, count: count).bits)
        var tries = 0
        for places in 0...DecimalScale.most where tries < 3 {
            let scale = DecimalScale(places: places)
            guard tries > 0 || scale.isWorthTrying(values, count: count) else { continue }
            tries += 1
            split(values, count, scale)
            let bits = stream.plan(misses, count: count).bits
            guard bits < best.bits else { continue }
            let sum = bits + stream.plan(numbers, count: count).bits
            if sum < best.bits { best = (scale, sum) }
        }
        return best
    }

    private func put(
        _ values: UnsafePointer<UInt64>, _ count: Int, _ scale: DecimalScale?, _ encoder: inout RangeEncoder
    ) {
        if let scale {
            encoder.encode(Way.decimals.rawValue, bits: 2)
            encoder.encode(UInt64(scale.places), bits: 5)
            split(values, count, scale)
            stream.encode(numbers, count: count, &encoder)
            stream.encode(misses, count: count, &encoder)
        } else {
            encoder.encode(Way.bits.rawValue, bits: 2)
            order(values, count)
            stream.encode(numbers, count: count, &encoder)
        }
    }

    private func order(_ values: UnsafePointer<UInt64>, _ count: Int) {
        for index in 0..<count { numbers[index] = OrderedBits.of(values[index]) }
    }

    private func split(_ values: UnsafePointer<UInt64>, _ count: Int, _ scale: DecimalScale) {
        var last: Int64 = 0
        for index in 0..<count {
            (last, misses[index]) = scale.split(values[index], last)
            numbers[index] = last
        }
    }
}
