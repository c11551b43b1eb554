import DebVisorCore
import Foundation
import GRDB
import Glibc
import Platform
import Storage
import Testing

@testable import Metrics

/// A store whose process ends as by `kill -9` before and after everything it writes: what it said is durable is there, and
/// of the rest all or nothing.
@Suite struct KillTests {
    /// The program beside the tests.
    static func driver() throws -> String {
        let own = try #require(Directory.resolved("/proc/self/exe"))
        let candidates = [Bundle.main.bundlePath, own].compactMap { Directory.parent(of: $0) }
            .map { $0 + "/MetricsDriver" }
        return try #require(candidates.first(where: Directory.exists), "\(candidates)")
    }

    static func work(_ state: StateDirectory, _ variables: [String: String]) throws -> [String] {
        try Directory.create(state.path, "test")
        let process = try ChildProcess(try driver(), ["work", state.path], variables: variables)
        #expect(process.wait(within: .seconds(60)) != nil)
        let notes = (try? DurableFile.read(state.file("done"))) ?? []
        return String(decoding: notes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    static func scratch() -> StateDirectory {
        StateDirectory("/tmp/debvisor-metrics-\(UInt64.random(in: .min ... .max))")
    }

    /// All changes of the disk in the order in which one run makes them.
    static func steps() throws -> [String] {
        let state = scratch()
        defer { try? FileManager.default.removeItem(atPath: state.path) }
        let list = state.file("steps")
        #expect(try work(state, ["DEBVISOR_STEPS": list]).last == "delete")
        return String(decoding: try DurableFile.read(list), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private static let parts = 4

    @Test(arguments: 0..<Self.parts) func nothingThatWasDurableIsLost(part: Int) throws {
        let steps = try Self.steps()
        for purpose in ["append", "import", "settings", "retention", "settle", "compact", "vacuum", "delete"] {
            #expect(steps.contains("metric-\(purpose).commit"), "\(purpose): \(Set(steps))")
        }
        var passes: [String: Int] = [:]
        var labels: [String] = []
        for step in steps {
            let pass = passes[step, default: 0] + 1
            passes[step] = pass
            // Some of what is done often; the soak looks at each.
            guard getenv("SOAK") != nil || pass <= 2 || step.hasPrefix("metric-append") && pass == 14 else { continue }
            labels += ["\(step).before:\(pass)", "\(step).after:\(pass)"]
        }
        for (index, label) in labels.enumerated() where index % Self.parts == part { try survives(label) }
    }

    private func survives(_ label: String) throws {
        let state = Self.scratch()
        defer { try? FileManager.default.removeItem(atPath: state.path) }
        let done = try Self.work(state, ["DEBVISOR_FAILPOINT": label])
        #expect(done.last != "delete", "\(label) was not reached")
        let store = MetricStore(try Store.open(MetricStore.store, in: state))
        let check = try store.store.read { try String.fetchAll($0, sql: "PRAGMA integrity_check") }
        #expect(check == ["ok"])
        let appended = done.count { $0 == "append" }
        let known = appended * 5000 + (done.contains("one") ? 1 : 0) + (done.contains("late") ? 9 : 0)
        func look() throws -> (small: Int, large: Int) {
            (try Self.count("small", store), try Self.count("large", store))
        }
        let found = try look()
        // One append, or each of the late ones, may have become durable without being noted.
        let possible = [known, known + 5000, known + 1] + (done.last == "retention" ? Array(known...known + 9) : [])
        #expect(possible.contains(found.small), "\(label): \(found) of \(known), \(done)")
        if done.contains("import"), done.last != "compact" {
            #expect(found.large == 3000, "\(label)")
        } else {
            #expect([0, 1000, 2000, 3000].contains(found.large), "\(label): \(found)")
        }
        // Whatever was under way is done again, or goes on, and changes nothing that is counted.
        _ = try store.applyRetention(at: Timestamp(milliseconds: 10 * 86_400_000))
        _ = try store.compact()
        #expect(try look() == found, "\(label)")
    }

    /// Samples, whether rolled up or not.
    private static func count(_ name: String, _ store: MetricStore) throws -> Int {
        guard let series = try store.series(SeriesSelection(try MetricName(name))).first else { return 0 }
        return try store.points(of: series, step: 1 << 50, .count).reduce(0) { $0 + Int($1.value) }
    }
}
