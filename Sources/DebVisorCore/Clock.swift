/// Where the time comes from: the live clock in the binary, a hand-set one in tests.
package protocol WallClock: Sendable {
    func now() -> Timestamp
}
