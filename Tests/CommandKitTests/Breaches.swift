import Synchronization

/// What was told while a test ran.
final class Breaches: Sendable {
    private let told = Mutex<[String]>([])

    var all: [String] { told.withLock { $0 } }

    func add(_ text: String) { told.withLock { $0.append(text) } }
}
