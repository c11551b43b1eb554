import DebVisorCore
import Foundation
import GRDB
import Glibc
import Platform
import Storage
import Testing

@testable import Alerts

/// A store whose process ends as by `kill -9` before and after everything it writes, also between a notice that was
/// taken on and its delivery: the next one goes on, loses nothing, and sends again only what it cannot know of.
@Suite struct KillTests {
    /// The program beside the tests.
    static func driver() throws -> String {
        let own = try #require(Directory.resolved("/proc/self/exe"))
        let candidates = [Bundle.main.bundlePath, own].compactMap { Directory.parent(of: $0) }
            .map { $0 + "/AlertsDriver" }
        return try #require(candidates.first(where: Directory.exists), "\(candidates)")
    }

    static func live(_ state: StateDirectory, _ variables: [String: String] = [:]) throws -> ChildProcess.End? {
        try ChildProcess(try driver(), [state.path], variables: variables).wait(within: .seconds(60))
    }

    static func scratch() throws -> StateDirectory {
        let state = StateDirectory("/tmp/debvisor-alerts-\(UInt64.random(in: .min ... .max))")
        try Directory.create(state.path, "test")
        return state
    }

    static func lines(_ name: String, _ state: StateDirectory) -> [String] {
        let bytes = (try? DurableFile.read(state.file(name))) ?? []
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// What everybody would see in the end.
    static func outcome(_ state: StateDirectory) throws -> [String] {
        let store = AlertStore(try Store.open(AlertStore.store, in: state))
        return try store.store.read { database in
            #expect(try String.fetchAll(database, sql: "PRAGMA integrity_check") == ["ok"])
            return try String.fetchAll(
                database,
                sql: """
                    SELECT fingerprint || ' ' || status || ' ' || episode || ' ' || n || ' ' || peak FROM alerts
                    UNION ALL SELECT key || ' ' || state FROM deliveries ORDER BY 1
                    """)
        }
    }

    /// All changes of the disk in the order in which one life makes them.
    static func steps() throws -> (steps: [String], outcome: [String], sent: [String]) {
        let state = try scratch()
        defer { try? FileManager.default.removeItem(atPath: state.path) }
        #expect(try live(state, ["DEBVISOR_STEPS": state.file("steps")]) == .status(0))
        #expect(lines("done", state).last == "retention")
        return (lines("steps", state), try outcome(state), lines("sent", state))
    }

    private static let parts = 4
    private static let whole = Result { try steps() }

    @Test(arguments: 0..<Self.parts) func nothingIsLost(part: Int) throws {
        let whole = try Self.whole.get()
        for purpose in [
            "alert-ack", "alert-evaluate", "alert-resolve", "alert-retention", "alert-retire", "alert-rule",
            "alert-settings", "alert-topology", "notifier", "outbox-claim", "outbox-result", "silence",
        ] { #expect(whole.steps.contains("\(purpose).commit"), "\(purpose): \(Set(whole.steps))") }
        #expect(Set(whole.sent).count == whole.sent.count && whole.sent.count == 4)
        var passes: [String: Int] = [:]
        var labels: [String] = []
        for step in whole.steps
        where step.contains("alert") || step.contains("outbox") || step.contains("silence") || step.contains("notifier")
        {
            let pass = passes[step, default: 0] + 1
            passes[step] = pass
            guard getenv("SOAK") != nil || pass == 1 else { continue }
            labels += ["\(step).before:\(pass)", "\(step).after:\(pass)"]
        }
        for (index, label) in labels.enumerated() where index % Self.parts == part {
            try survives(label, whole.outcome, whole.sent)
        }
    }

    private func survives(_ label: String, _ outcome: [String], _ sent: [String]) throws {
        let state = try Self.scratch()
        defer { try? FileManager.default.removeItem(atPath: state.path) }
        #expect(try Self.live(state, ["DEBVISOR_FAILPOINT": label]) == .signal(SIGKILL), "\(label) was not reached")
        #expect(try Self.live(state) == .status(0), "\(label)")
        #expect(try Self.outcome(state) == outcome, "\(label)")
        let told = Self.lines("sent", state)
        // At least once each, and twice only what was on its way.
        #expect(Set(told) == Set(sent), "\(label)")
        let isOnItsWay = label.hasPrefix("outbox-result.commit.before")
        #expect(told.count == sent.count + (isOnItsWay ? 1 : 0), "\(label): \(told)")
    }
}
