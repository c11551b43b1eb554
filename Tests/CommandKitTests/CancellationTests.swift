import Glibc
import Testing

@testable import CommandKit

/// Whoever sleeps on a descriptor hears of the first signal, be it before or after it began to.
@Suite struct CancellationTests {
    @Test func theFirstSignalWakes() throws {
        let cancellation = Cancellation()
        let descriptor = try #require(cancellation.descriptor())
        #expect(!isReadable(descriptor))
        #expect(cancellation.isPatient)
        #expect(cancellation.request(SIGTERM))
        #expect(isReadable(descriptor))
        #expect(!cancellation.request(SIGINT))
        #expect(cancellation.signalNumber == SIGTERM)
    }

    @Test func aSignalBeforeIsNotMissed() throws {
        let cancellation = Cancellation()
        cancellation.request(SIGINT)
        #expect(isReadable(try #require(cancellation.descriptor())))
    }

    private func isReadable(_ descriptor: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) == 1
    }
}
