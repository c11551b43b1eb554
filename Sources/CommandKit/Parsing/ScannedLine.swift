/// The words of a command line, sorted into options and operands.
struct ScannedLine: Sendable {
    /// A word without a name.
    struct Operand: Sendable, Equatable {
        var text: String
        /// Its place on the line.
        var position: Int
    }

    /// What was given to each option, by the key of its shape.
    var given: [String: [GivenValue]] = [:]
    var operands: [Operand] = []
    /// What is wrong, in the order of the line.
    var failures: [Failure] = []
    /// Places of unknown options that may have a value in the next word.
    var uncertain: [Int] = []
    /// The option whose value the line ends before: what completion completes.
    var open: InputShape?
    /// Whether `--` was seen.
    var isTerminated = false

    mutating func add(_ value: GivenValue, to shape: InputShape) { given[shape.key, default: []].append(value) }
}
