import CommandKit
import Synchronization

/// What a program wrote, and how it ended.
struct Outcome: Sendable, Equatable {
    var status: Int32
    var output: String
    var errors: String
}

/// A console that keeps what is written, and answers as it was told.
final class Recorder: Sendable {
    private let written = Mutex<(output: String, errors: String, prompts: [String])>(("", "", []))
    private let time = Mutex<Int64>(0)
    let isTerminal: Bool
    let answer: String?
    let environment: [String: String]
    let readerLeavesAfter: Int
    /// Why it is no reader that left.
    let outputTrouble: String?

    init(
        isTerminal: Bool = false, answer: String? = nil, environment: [String: String] = ["NO_COLOR": "1"],
        readerLeavesAfter: Int = .max, outputTrouble: String? = nil
    ) {
        self.isTerminal = isTerminal
        self.answer = answer
        self.environment = environment
        self.readerLeavesAfter = readerLeavesAfter
        self.outputTrouble = outputTrouble
    }

    var output: String { written.withLock { $0.output } }
    var errors: String { written.withLock { $0.errors } }
    var prompts: [String] { written.withLock { $0.prompts } }

    func wait(milliseconds: Int64) { time.withLock { $0 += milliseconds } }

    var console: Console {
        Console(
            write: { [self] stream, text in
                written.withLock { written in
                    if stream == .error { written.errors += text } else { written.output += text }
                    return stream == .error || written.output.utf8.count <= readerLeavesAfter
                }
            },
            outputTrouble: { [outputTrouble] in outputTrouble },
            isTerminal: { [isTerminal] _ in isTerminal },
            environment: { [environment] in environment[$0] },
            now: { 1_795_543_282_000 + 7_200_000 },
            uptime: { [self] in time.withLock { $0 } },
            canAsk: { [isTerminal] in isTerminal },
            ask: { [self] prompt, _, _ in
                written.withLock { $0.prompts.append(prompt) }
                return answer
            })
    }
}

extension Program {
    /// Runs a command line, given as words separated by spaces.
    func outcome(_ line: String, _ recorder: Recorder = Recorder(), _ cancellation: Cancellation = .init()) async
        -> Outcome
    {
        await outcome(line.split(separator: " ").map(String.init), recorder, cancellation)
    }

    func outcome(_ words: [String], _ recorder: Recorder = Recorder(), _ cancellation: Cancellation = .init()) async
        -> Outcome
    {
        let status = await run(words, console: recorder.console, cancellation: cancellation)
        return Outcome(status: status, output: recorder.output, errors: recorder.errors)
    }
}
