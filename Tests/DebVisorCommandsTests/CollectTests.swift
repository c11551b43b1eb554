import DebVisorCore
import Foundation
import Hypervisor
import Metrics
import Platform
import Storage
import Testing

@testable import CommandKit
@testable import DebVisorCommands

/// The tests of backups have samples of their own.
typealias MetricSample = Metrics.Sample

/// `metric collect` as a command, against libvirt's test driver.
@Suite struct CollectTests {
    let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    private func store() throws -> MetricStore {
        let directory = StateDirectory(sandbox.path("state"))
        return MetricStore(try #require(try Store.openExisting(MetricStore.store, in: directory)))
    }

    private func samples(_ name: String, _ domain: String) throws -> [MetricSample] {
        let store = try store()
        let selection = SeriesSelection(try MetricName(name), try TagSet([(name: "domain", value: domain)]))
        return try store.series(selection).flatMap { try store.samples(of: $0) }
    }

    private func collect(_ options: String = "", status: Int32 = 0) async throws -> [String: Any] {
        sandbox.clock.set(sandbox.clock.now().adding(milliseconds: 60_000))
        let outcome = await sandbox.run("metric collect -o json \(options)")
        #expect(outcome.status == status, "\(outcome.errors)")
        return try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    }

    @Test func oneTimeForAllAndAllInOneTransaction() async throws {
        let round = try await collect()
        #expect(round["machines"] as? Int == 2)
        #expect(round["collected_at"] as? String == "2026-11-25T03:01:00Z")
        #expect(round["samples"] as? Int == round["new_series"] as? Int)
        #expect((round["failed"] as? [String]) == [])
        let store = try store()
        let series = try store.series()
        #expect(series.count == round["series"] as? Int)
        #expect(Set(try series.flatMap { try store.samples(of: $0).map(\.time) }) == [sandbox.clock.now()])
        let next = try await collect()
        #expect(next["new_series"] as? Int == 0)
        #expect(next["ended_series"] as? Int == 0)
        #expect(sandbox.toldBreaches == [])
    }

    @Test func aMachineThatIsGoneEndsAndOneThatIsOffGoesOn() async throws {
        _ = try await collect()
        try sandbox.define(["web1"])
        let round = try await collect()
        #expect(round["ended_series"] as? Int == 2)
        _ = try await collect()
        #expect(try samples("libvirt_domain_info_vstate", "db1").map(\.isEndOfSeries) == [false, true])
        #expect(try samples("libvirt_domain_info_vstate", "web1").map(\.value) == [5, 5, 5])
    }

    @Test func namesAreRememberedForCompletion() async throws {
        _ = try await collect("--no-host")
        let names = await sandbox.run("metric collect --dry-run --no-host")
        #expect(names.output.contains("vm db1"))
        #expect(sandbox.exists("state/inventory.db"))
    }

    @Test func aHypervisorThatIsAwayEndsNothing() async throws {
        _ = try await collect()
        try sandbox.remove("node.xml")
        sandbox.clock.set(sandbox.clock.now().adding(milliseconds: 60_000))
        let outcome = await sandbox.run("metric collect")
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("hypervisor test://"))
        #expect(outcome.output.contains("failed"))
        #expect(try samples("libvirt_domain_info_vstate", "web1").count == 1)
        let store = try store()
        let up = try store.series(SeriesSelection(try MetricName("libvirt_up")))
        #expect(try up.flatMap { try store.samples(of: $0).map(\.value) } == [1, 0])
        let load = try store.series(SeriesSelection(try MetricName("node_load1")))
        #expect(try load.flatMap { try store.samples(of: $0) }.count == 2)
        // Without the host nothing went well.
        let alone = await sandbox.run("metric collect --no-host")
        #expect(alone.status == 7, "\(alone.errors)")
        #expect(alone.errors.contains("hint"))
        let host = await sandbox.run("metric collect --no-machines")
        #expect(host.status == 0)
    }

    @Test func aStoreIsOfOneHypervisor() async throws {
        _ = try await collect()
        let other = await sandbox.run("metric collect -c test:///default")
        #expect(other.status == 6)
        #expect(other.errors.contains("--state-dir"))
        #expect(await sandbox.run("metric collect -c test:///default --no-machines").status == 0)
        // A day later it is another one's.
        sandbox.clock.set(sandbox.clock.now().adding(milliseconds: 90_000_000))
        #expect(await sandbox.run("metric collect -c test:///default").status == 0)
    }

    @Test func aNameThatIsTakenIsToldAndTheRestRecorded() async throws {
        let directory = StateDirectory(sandbox.path("state"))
        let taken = MetricStore(try Store.open(MetricStore.store, in: directory))
        try taken.append([
            NewSample(
                SeriesRequest(SeriesKey(try MetricName("node_load1")), .counter), MetricSample(sandbox.clock.now(), 1))
        ])
        let round = try await collect("--no-machines", status: 3)
        #expect(round["failed"] as? [String] == ["node_load1"])
        #expect((round["series"] as? Int ?? 0) > 20)
    }

    @Test func nothingAtAllIsNoRound() async {
        #expect(await sandbox.run("metric collect --no-host --no-machines").status == 2)
        #expect(!sandbox.exists("state/metrics.db"))
        #expect(await sandbox.run("metric collect --dry-run").status == 0)
        #expect(!sandbox.exists("state/metrics.db"))
    }

    @Test func idleTimeThatGoesBackALittleStands() throws {
        var round = CollectRound(time: Rich.time)
        round.host = Rich.host()
        round.sources = [CollectRound.Source(name: "host x", values: try HostMeasures.values(of: Rich.host()))]
        let key = SeriesKey(try MetricName("node_cpu_seconds_total"), try TagSet([(name: "mode", value: "idle")]))
        func recorded(after old: Double) -> Double? {
            let former = [key: MetricSample(Rich.time.adding(milliseconds: -60_000), old)]
            return round.metricRound(steadying: former).values.first { $0.series.key == key }?.value
        }
        // It is 4 seconds of two processors.
        #expect(recorded(after: 4.25) == 4.25)
        #expect(recorded(after: 3) == 4)
        // So much less is a host that booted.
        #expect(recorded(after: 4000) == 4)
        #expect(recorded(after: MetricSample.endOfSeries) == 4)
    }

    @Test(arguments: [
        (7, 10.0, 7, false), (6, 10.0, 7, true), (7, 20.0, 7, true), (6, 20.0, 7, true),
    ])
    func restartsAreSeen(oldID: Int, oldTime: Double, id: Int, isRestarted: Bool) throws {
        var machine = try Rich.machine()
        machine.id = id
        let seen = MachineMeasures.SeenMachine(statistics: machine, time: Rich.time)
        let keys = RunChanges.keys(of: [seen])
        let time = Rich.time.adding(milliseconds: -60_000)
        let values = [1, Double(oldID), oldTime, 0]
        var former = Dictionary(uniqueKeysWithValues: zip(keys, values.map { MetricSample(time, $0) }))
        #expect(RunChanges([seen], since: former).restarted == (isRestarted ? ["web1"] : []))
        for key in keys { former[key] = MetricSample(time, MetricSample.endOfSeries) }
        #expect(RunChanges([seen], since: former).restarted == [])
        #expect(RunChanges([seen], since: [:]).restarted == [])
    }

    /// Said once: when it is first seen at work, and when it stops telling.
    @Test func silenceAboutMemoryIsToldOnce() throws {
        var machine = try Rich.machine()
        machine.guestMemory = GuestMemory()
        machine.cpuTimeNanoseconds = 61_000_000_000
        func changes(_ machine: MachineStatistics, _ values: [Double?]) -> RunChanges {
            let seen = MachineMeasures.SeenMachine(statistics: machine, time: Rich.time)
            var former: [SeriesKey: MetricSample] = [:]
            for (key, value) in zip(RunChanges.keys(of: [seen]), values) {
                former[key] = value.map { MetricSample(Rich.time.adding(milliseconds: -60_000), $0) }
            }
            return RunChanges([seen], since: former)
        }
        let first = changes(machine, [nil, nil, nil, nil])
        #expect(first.withoutMemory == ["web1"])
        #expect(first.warning?.contains("virsh dommemstat web1 --period") == true)
        let second = changes(machine, [1, 7, 60, nil])
        #expect(second.withoutMemory == ["web1"])
        #expect(second.warning == nil)
        #expect(changes(machine, [1, 7, 60, 1_795_575_000]).warning != nil)
        #expect(changes(machine, [1, 7, 60, MetricSample.endOfSeries]).warning == nil)
        // A guest that boots will tell yet.
        machine.cpuTimeNanoseconds = 3_000_000_000
        #expect(changes(machine, [nil, nil, nil, nil]).warning == nil)
        #expect(changes(try Rich.machine(), [nil, nil, nil, nil]).withoutMemory == [])
    }
}
