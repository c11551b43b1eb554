package import DebVisorCore

/// Sends one kind of notices. Sending the same message twice must do no harm: after a crash nobody knows whether it
/// arrived.
package protocol NotificationSender: Sendable {
    /// Sends, and returns when the other side has taken it. Blocks the thread.
    /// - Returns: what the other side said, without secrets; nil: nothing.
    /// - Throws: `usage` if no other attempt would help (the other side understood and refuses); else whatever went
    ///   wrong, without secrets.
    @discardableResult
    func send(_ message: NotificationMessage, to target: NotifierTarget, within limit: Duration) throws -> String?
}

/// Sends what is due. Belongs to a thread of its own: senders block.
package struct NotificationDispatcher: Sendable {
    private let store: AlertStore
    private let senders: [NotifierTarget.Kind: any NotificationSender]
    private let clock: any WallClock
    private let holder = OutboxHolder.current

    package init(_ store: AlertStore, _ senders: [NotifierTarget.Kind: any NotificationSender], _ clock: any WallClock)
    {
        (self.store, self.senders, self.clock) = (store, senders, clock)
    }

    /// Sends all that is due, each message once; what fails is due again later. One that does not answer in time is asked
    /// no more by this look: the next waits for nothing else, and others are not kept waiting.
    /// - Parameter mayGoOn: asked before each message.
    package func deliverDue(while mayGoOn: () -> Bool = { true }) throws -> DeliveryReport {
        var report = DeliveryReport()
        var silent: Set<String> = []
        while mayGoOn(), let batch = try store.claim(holder, at: clock.now(), sparing: silent) {
            do {
                try send(batch.message, to: batch.notifier)
                try store.settle(batch, .delivered, at: clock.now())
                report.delivered += 1
            } catch {
                let problem = (error as? Fault)?.description ?? "\(error)"
                if (error as? Fault)?.kind == .timeout { silent.insert(batch.notifier.name) }
                let isFinal = (error as? Fault)?.kind == .usage
                let isOver = try store.settle(batch, .failed(problem, isFinal: isFinal), at: clock.now())
                report.failed += 1
                if isOver { report.givenUp += 1 }
                let line = "notifier '\(batch.notifier.name)': \(problem)"
                if !report.problems.contains(line) { report.problems.append(line) }
            }
        }
        return report
    }

    /// Sends a test past the outbox.
    /// - Returns: what the other side said.
    /// - Throws: what the sender throws.
    package func test(_ notifier: Notifier) throws -> String? {
        try send(NotificationMessage.test(notifier.name, at: clock.now()), to: notifier)
    }

    @discardableResult
    private func send(_ message: NotificationMessage, to notifier: Notifier) throws -> String? {
        guard let sender = senders[notifier.target.kind] else {
            throw Fault(.unavailable, "nothing here sends by \(notifier.target.kind)")
        }
        return try sender.send(message, to: notifier.target, within: .seconds(notifier.timeoutSeconds))
    }
}

/// What one look at the outbox did; messages, each with one or more alerts.
package struct DeliveryReport: Sendable, Hashable {
    package var delivered = 0
    package var failed = 0
    /// Of the failed ones those that are not tried again.
    package var givenUp = 0
    /// Why, each reason of a notifier once.
    package var problems: [String] = []

    package init() {}
}
