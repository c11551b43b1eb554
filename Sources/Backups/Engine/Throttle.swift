import Platform

/// Holds readers back so that a backup does not starve the guests: any number of threads share one.
package final class Throttle: Sendable {
    /// Where time comes from, in seconds: a clock that is never set, and the processor time of the process.
    package struct Clock: Sendable {
        package var now: @Sendable () -> Double
        package var processor: @Sendable () -> Double
        /// Waits, for less than it is told if it likes.
        package var pause: @Sendable (Double) -> Void

        package init(
            now: @escaping @Sendable () -> Double, processor: @escaping @Sendable () -> Double,
            pause: @escaping @Sendable (Double) -> Void
        ) {
            self.now = now
            self.processor = processor
            self.pause = pause
        }
    }

    private struct State {
        var reading = Pace()
        var computing = Pace()
        /// Processor time as last looked at.
        var processor: Double
    }

    /// Bytes a second; nil: as fast as they come.
    private let bandwidth: Double?
    /// Seconds of processor time a second; nil: all that there are.
    private let processors: Double?
    private let clock: Clock
    private let state: Locked<State>

    /// The longest wait before a look whether to go on, in seconds.
    private static let slice = 0.05

    /// - Parameters:
    ///   - bandwidth: bytes a second that may be read.
    ///   - processorPercent: of one processor.
    package init(bandwidth: Int?, processorPercent: Int?, clock: Clock = .live) {
        self.bandwidth = bandwidth.map(Double.init)
        processors = processorPercent.map { Double($0) / 100 }
        self.clock = clock
        state = Locked(State(processor: clock.processor()))
    }

    /// Waits until `bytes` may be read. - Throws: `CancellationError` as soon as `isCancelled` says so.
    package func admit(_ bytes: Int, isCancelled: () -> Bool) throws {
        let turn = state.withLock { state in
            let (now, processor) = (clock.now(), clock.processor())
            var turn = now
            if let bandwidth { turn = max(turn, state.reading.charge(Double(bytes) / bandwidth, at: now)) }
            if let processors {
                turn = max(turn, state.computing.charge((processor - state.processor) / processors, at: now))
            }
            state.processor = processor
            return turn
        }
        while true {
            if isCancelled() { throw CancellationError() }
            let left = turn - clock.now()
            if left <= 0 { return }
            clock.pause(min(left, Self.slice))
        }
    }
}

/// A leaky bucket as a time (the generic cell rate algorithm, ITU-T I.371): when all that was charged is paid for.
private struct Pace {
    private var paid = -Double.infinity

    /// Seconds of idleness that may be made up for.
    private static let burst = 0.1

    /// - Parameter cost: seconds that it takes at the permitted rate.
    /// - Returns: when it is paid for.
    mutating func charge(_ cost: Double, at now: Double) -> Double {
        paid = max(paid, now - Self.burst) + cost
        return paid
    }
}

extension Throttle.Clock {
    package static let live = Throttle.Clock(
        now: { ProcessTime.uptime }, processor: { ProcessTime.processor },
        pause: { Worker.pause(milliseconds: UInt32(max(1, $0 * 1000))) })
}
