import DebVisorCore
import Foundation
import Glibc
import Metrics
import Platform
import Storage

/// The metric store as a program, for benchmarks and for tests that kill it.
@main enum MetricsDriver {
    static func main() {
        do { try run(Array(CommandLine.arguments.dropFirst())) } catch {
            print(error)
            exit(1)
        }
    }

    private static func run(_ words: [String]) throws {
        guard words.count >= 2 else { throw Fault(.usage, "import STATE FORMAT FILE") }
        let state = StateDirectory(words[1])
        switch words[0] {
        case "import":
            let store = MetricStore(try Store.open(MetricStore.store, in: state))
            let file = try File(words[3], .read)
            guard let format = MetricFormat(rawValue: words[2]) else { throw Fault(.usage, "no format") }
            var options = ImportOptions()
            options.isAtomic = words.contains("--atomic")
            print(try store.importSamples(from: ByteInput(words[3], descriptor: file.descriptor), format, options))
        default: throw Fault(.usage, "unknown word '\(words[0])'")
        }
    }
}
