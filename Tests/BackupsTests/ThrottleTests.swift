import Platform
import TestSupport
import Testing

@testable import Backups

@Suite struct ThrottleTests {
    /// Time that passes only while somebody pauses, and processor time that a test sets.
    final class HandClock: Sendable {
        private let time = Locked((now: 0.0, processor: 0.0))
        var now: Double { time.withLock { $0.now } }
        func compute(_ seconds: Double) { time.withLock { $0.processor += seconds } }
        func rest(_ seconds: Double) { time.withLock { $0.now += seconds } }
        var clock: Throttle.Clock {
            Throttle.Clock(
                now: { self.now }, processor: { self.time.withLock { $0.processor } }, pause: { self.rest($0) })
        }
    }

    @Test(arguments: [1, 2, 3, 4, 5])
    func `in no span of time is more read than its share and a tenth of a second's`(_ seed: UInt64) throws {
        let hand = HandClock()
        let rate = 10_000_000
        let throttle = Throttle(bandwidth: rate, processorPercent: nil, clock: hand.clock)
        var (numbers, reads) = (SeededRandom(seed: seed), [(time: Double, bytes: Int)]())
        for _ in 0..<400 {
            let bytes = Int.random(in: 1...2_000_000, using: &numbers)
            try throttle.admit(bytes) { false }
            reads.append((hand.now, bytes))
            if Int.random(in: 0..<10, using: &numbers) == 0 { hand.rest(Double.random(in: 0...3, using: &numbers)) }
        }
        for first in reads.indices {
            var sum = 0
            for read in reads[first...] {
                sum += read.bytes
                let span = read.time - reads[first].time
                // The first may have waited for its turn before the span.
                let limit = Double(rate) * (span + 0.1) + Double(reads[first].bytes)
                #expect(Double(sum) <= limit + 1)
            }
        }
        let all = reads.reduce(0) { $0 + $1.bytes }
        #expect(Double(all) <= Double(rate) * (hand.now + 0.1) + 1)
    }

    @Test func `processor time is kept to its share of the time`() throws {
        let hand = HandClock()
        let throttle = Throttle(bandwidth: nil, processorPercent: 50, clock: hand.clock)
        for _ in 0..<100 {
            hand.compute(0.03)
            try throttle.admit(1 << 20) { false }
        }
        #expect(hand.now >= 100 * 0.03 / 0.5 - 0.11)
        #expect(hand.now <= 100 * 0.03 / 0.5 + 0.01)
    }

    @Test func `whoever waits is woken by a cancellation`() {
        let hand = HandClock()
        let throttle = Throttle(bandwidth: 1000, processorPercent: nil, clock: hand.clock)
        #expect(throws: CancellationError.self) { try throttle.admit(1_000_000) { hand.now > 5 } }
        #expect(hand.now < 5.2)
    }

    @Test func `without limits nobody waits`() throws {
        let hand = HandClock()
        try Throttle(bandwidth: nil, processorPercent: nil, clock: hand.clock).admit(1 << 40) { false }
        #expect(hand.now == 0)
    }
}
