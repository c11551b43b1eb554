/// Order without sorting (Hoare, Communications of the ACM 4, 1961).
enum Selection {
    /// So many rounds halve any range unless its values are laid out against it.
    private static let mostRounds = 64

    /// Puts the value at its place in order of size: none before it is larger then, none after it is smaller.
    /// - Parameter range: where the value is known to be: all before are no larger, all after no smaller.
    static func put(_ place: Int, of values: UnsafeMutableBufferPointer<Double>, within range: ClosedRange<Int>) {
        var (left, right) = (range.lowerBound, range.upperBound)
        var rounds = 0
        while left < right {
            rounds += 1
            guard rounds <= mostRounds else {
                var rest = UnsafeMutableBufferPointer(rebasing: values[left...right])
                return rest.sort()
            }
            let pivot = middle(values[left], values[left + (right - left) / 2], values[right])
            var (low, high) = (left, right)
            repeat {
                while values[low] < pivot { low += 1 }
                while pivot < values[high] { high -= 1 }
                if low <= high {
                    values.swapAt(low, high)
                    low += 1
                    high -= 1
                }
            } while low <= high
            if high < place { left = low }
            if place < low { right = high }
        }
    }

    @inline(__always)
    private static func middle(_ a: Double, _ b: Double, _ c: Double) -> Double {
        Swift.max(Swift.min(a, b), Swift.min(Swift.max(a, b), c))
    }

    /// Sorts values and counts the pairs of which the earlier was the larger one, by merging.
    static func sorted(_ values: [Double]) -> (sorted: [Double], falling: Int) {
        var (from, into) = (values, values)
        var falling = 0
        var width = 1
        while width < values.count {
            for start in stride(from: 0, to: values.count, by: 2 * width) {
                let middle = Swift.min(start + width, values.count)
                let end = Swift.min(start + 2 * width, values.count)
                var (left, right) = (start, middle)
                for place in start..<end {
                    if right == end || left < middle && from[left] <= from[right] {
                        into[place] = from[left]
                        left += 1
                    } else {
                        into[place] = from[right]
                        right += 1
                        falling += middle - left
                    }
                }
            }
            swap(&from, &into)
            width *= 2
        }
        return (from, falling)
    }
}
