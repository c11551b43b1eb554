import DebVisorCore
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
        guard words.count >= 2 else {
            throw Fault(.usage, "import|export|append|add|get|compact|work STATE [WORD...]")
        }
        let state = StateDirectory(words[1])
        if words[0] == "get" { return try get(state, try MetricName(words[2]), Array(words.dropFirst(3))) }
        let store = MetricStore(try Store.open(MetricStore.store, in: state))
        switch words[0] {
        case "import": try importFile(store, words)
        case "export":
            let output = ByteOutput { _ = write(1, $0.baseAddress, $0.count) }
            _ = try store.exportSamples(to: output, try format(words[2]))
        case "append": print(try BulkAppend(words[2]).seconds(store))
        case "add":
            let now = LiveClock().now()
            try store.append([NewSample(SeriesRequest(SeriesKey(try MetricName(words[2]))), Sample(now, 1))])
        case "compact": print(try store.compact())
        case "work": try KillableWork(store, state).run()
        default: throw Fault(.usage, "unknown word '\(words[0])'")
        }
    }

    private static func format(_ text: String) throws -> MetricFormat {
        guard let format = MetricFormat(rawValue: text) else { throw Fault(.usage, "'\(text)' is no format") }
        return format
    }

    private static func importFile(_ store: MetricStore, _ words: [String]) throws {
        guard words.count >= 4 else { throw Fault(.usage, "import STATE FORMAT FILE [--atomic]") }
        let file = try File(words[3], .read)
        var options = ImportOptions()
        options.isAtomic = words.contains("--atomic")
        let input = ByteInput(words[3], descriptor: file.descriptor)
        print(try store.importSamples(from: input, try format(words[2]), options))
    }

    /// NAME [TAG=VALUE...]: how many samples it has.
    private static func get(_ state: StateDirectory, _ name: MetricName, _ tags: [String]) throws {
        guard let opened = try Store.openExisting(MetricStore.store, in: state) else { return print(0) }
        let store = MetricStore(opened)
        let pairs = tags.map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        let set = try TagSet(pairs.map { (name: $0[0], value: $0.count > 1 ? $0[1] : "") })
        var count = 0
        for series in try store.series(SeriesSelection(name, set)) { count += try store.samples(of: series).count }
        print(count)
    }
}
