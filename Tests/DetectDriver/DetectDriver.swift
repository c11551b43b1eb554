import Anomalies
import DebVisorCore
import Glibc
import Platform

/// The anomaly detector as a program, for benchmarks: `score [--min MIN --max MAX]` reads a series and writes it with its scores, as
/// `debvisor detect score` does.
@main enum DetectDriver {
    static func main() {
        do {
            try run(Array(CommandLine.arguments.dropFirst()))
        } catch let fault as Fault {
            complain("\(fault)")
        } catch {
            complain("\(error)")
        }
    }

    private static func complain(_ text: String) {
        say(text)
        exit(1)
    }

    private static func say(_ text: String) {
        let line = text + "\n"
        _ = write(STDERR_FILENO, line, line.utf8.count)
    }

    private static func run(_ words: [String]) throws {
        guard words.first == "score" else { throw Fault(.usage, "score [--min MIN --max MAX]") }
        let limits = try limits(words)
        let scorer = CSVScorer(STDIN_FILENO, name: "standard input", detector: AnomalyDetector(limits: limits))
        let summary = try scorer.run { bytes in
            var done = 0
            while done < bytes.count {
                let put = write(STDOUT_FILENO, bytes.baseAddress.map { $0 + done }, bytes.count - done)
                guard put > 0 else { throw Fault.system(errno, "write", "standard output") }
                done += put
            }
        }
        if summary.backwardStamps > 0 {
            say("\(summary.backwardStamps) stamps go back, first in line \(summary.firstBackward ?? 0)")
        }
    }

    private static func limits(_ words: [String]) throws -> KnownLimits? {
        if words.count == 1 { return nil }
        guard words.count == 5, words[1] == "--min", words[3] == "--max", let least = Double(words[2]),
            let most = Double(words[4]), let limits = KnownLimits(least, most)
        else { throw Fault(.usage, "score [--min MIN --max MAX]") }
        return limits
    }
}
