import Glibc

/// What the processors of this host did since it booted: `/proc/stat` (proc(5)).
package struct ProcessorTimes: Sendable, Equatable {
    /// Seconds of all processors together, by what they did: `user`, `nice`, `system`, `idle`, `iowait`, `irq`, `softirq`,
    /// `steal`. `user` and `nice` have the time of guests in them. What an old kernel does not tell is missing.
    package var seconds: [String: Double] = [:]
    /// Seconds for which guests ran: at usual priority (`user`), and niced (`nice`).
    package var guestSeconds: [String: Double] = [:]
    /// Processors that are online.
    package var count = 0
    package var interrupts: UInt64?
    package var contextSwitches: UInt64?
    package var forks: UInt64?
    package var running: UInt64?
    package var blocked: UInt64?
    /// Seconds since 1970.
    package var bootedAt: UInt64?

    package static let modes = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"]

    /// - Parameter ticks: how many make a second.
    /// - Returns: nil for a text without processors.
    package init?(_ text: String, ticks: Double = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))) {
        for line in text.textLines {
            // Only the first word and number: some lines have thousands.
            let words = line.hasPrefix("cpu") ? line.words : line.split(separator: " ", maxSplits: 2)
            guard let key = words.first, words.count > 1 else { continue }
            let number = UInt64(words[1])
            switch key {
            case "cpu": readTimes(words.dropFirst().map { UInt64($0) }, ticks)
            case "intr": interrupts = number
            case "ctxt": contextSwitches = number
            case "processes": forks = number
            case "procs_running": running = number
            case "procs_blocked": blocked = number
            case "btime": bootedAt = number
            default: if key.hasPrefix("cpu"), Int(key.dropFirst(3)) != nil { count += 1 }
            }
        }
        guard !seconds.isEmpty else { return nil }
    }

    private mutating func readTimes(_ times: [UInt64?], _ ticks: Double) {
        for (mode, time) in zip(Self.modes, times) { seconds[mode] = time.map { Double($0) / ticks } }
        for (mode, time) in zip(["user", "nice"], times.dropFirst(Self.modes.count)) {
            guestSeconds[mode] = time.map { Double($0) / ticks }
        }
    }
}

/// How many processes want to run, on average over 1, 5 and 15 minutes: `/proc/loadavg`.
package struct LoadAverages: Sendable, Equatable {
    package var one: Double
    package var five: Double
    package var fifteen: Double

    package init?(_ text: String) {
        let numbers = text.words.prefix(3).compactMap { Double($0) }
        guard numbers.count == 3 else { return nil }
        (one, five, fifteen) = (numbers[0], numbers[1], numbers[2])
    }
}
