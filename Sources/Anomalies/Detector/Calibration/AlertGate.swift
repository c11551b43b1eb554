/// Lets an alert through once: after one, only what is clearly higher passes, the less so the longer it is ago.
struct AlertGate {
    /// Row of the last alert counted from 1 (0: none), and how high it was.
    private let cells: UnsafeMutablePointer<Double>

    /// Nothing below is an alert.
    private static let least = 0.3
    /// What a later alert must be higher by.
    private static let step = 0.4

    init(in memory: StateMemory) { cells = memory.doubles(2) }

    /// Whether a row that surprises by so much is an alert of its own.
    @inline(__always)
    func passes(_ surprise: Double, _ row: Int) -> Bool {
        guard surprise >= Self.least else { return false }
        if cells[0] > 0 {
            // Memory grows with the series, up to some days of minutes.
            let memory = Swift.min(50 + 0.07 * Double(row), 1500)
            let age = (Double(row &+ 1) - cells[0]) / memory
            guard age >= 1 || surprise > cells[1] * (1 - age * age) + Self.step else { return false }
        }
        cells[0] = Double(row &+ 1)
        cells[1] = surprise
        return true
    }
}
