import CommandKit
import DebVisorCore
import Platform

/// What a command line gave back.
struct Outcome: Sendable, Equatable {
    var status: Int32
    var output: String
    var errors: String
}

/// A console whose streams are kept, without a terminal unless it is asked for.
final class TestConsole: Sendable {
    private let written = Locked((output: "", errors: ""))
    private let onOutput: @Sendable () -> Void
    let isTerminal: Bool
    /// What the person answers to every question.
    let answer: String?

    /// - Parameter onOutput: called after each piece of output.
    init(isTerminal: Bool = false, answer: String? = nil, onOutput: @escaping @Sendable () -> Void = {}) {
        self.isTerminal = isTerminal
        self.answer = answer
        self.onOutput = onOutput
    }

    var output: String { written.withLock { $0.output } }
    var errors: String { written.withLock { $0.errors } }

    var console: Console {
        Console(
            write: { [self] stream, text in
                written.withLock { written in
                    if stream == .error { written.errors += text } else { written.output += text }
                }
                if stream == .output { onOutput() }
                return true
            },
            isTerminal: { [isTerminal] _ in isTerminal },
            environment: { $0 == "NO_COLOR" ? "1" : nil },
            now: { Sandbox.today.milliseconds },
            canAsk: { [isTerminal] in isTerminal },
            ask: { [answer] _, _, _ in answer })
    }
}
