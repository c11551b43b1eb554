import Alerts
import DebVisorCore
import Hypervisor
import Platform
import Storage
import Testing

@testable import DebVisorCommands

/// What `metric collect` learns of what depends on what.
@Suite struct AlertTopologyTests {
    private static let places = AlertPlaces(local: "here")

    private static func machine(
        _ name: String, _ disks: [String: String], isStale: Bool = false
    ) throws -> MachineMeasures.SeenMachine {
        var statistics = MachineStatistics(name: try VMName(name), state: .running)
        statistics.blocks = disks.sorted { $0.key < $1.key }.map { target, path in
            var block = BlockStatistics(target: target)
            block.path = path
            return block
        }
        statistics.stale = isStale
        return MachineMeasures.SeenMachine(statistics: statistics, time: Sandbox.today)
    }

    private static func round(
        _ machines: [MachineMeasures.SeenMachine]?, pools: [String: String]?
    ) -> CollectRound {
        var round = CollectRound(time: Sandbox.today)
        round.machines = machines
        round.pools = pools?.sorted { $0.key < $1.key }.map {
            StoragePool(name: $0.key, state: .running, space: nil, path: $0.value)
        }
        return round
    }

    private static let whole = [
        "disk:web1/vda>machine:web1", "disk:web1/vda>pool:ssd", "disk:web1/vdb>machine:web1", "machine:web1>host:here",
        "pool:images>host:here", "pool:ssd>host:here",
    ]

    private static func edges(_ topology: Topology?) -> [String]? {
        topology?.edges.map { "\($0.object)>\($0.parent)" }
    }

    @Test func disksHaveTheNearestPool() throws {
        let round = Self.round(
            [try Self.machine("web1", ["vda": "/srv/images/ssd/web1.img", "vdb": "/srv/images2/web1.img"])],
            pools: ["images": "/srv/images", "ssd": "/srv/images/ssd/"])
        #expect(Self.edges(try round.topology(since: Topology([:]), Self.places)) == Self.whole)
    }

    @Test("What cannot be seen stays as it was")
    func whatCannotBeSeenStays() throws {
        let pools = ["images": "/srv/images", "ssd": "/srv/images/ssd/"]
        let disks = ["vda": "/srv/images/ssd/web1.img", "vdb": "/elsewhere/web1.img"]
        let former = try #require(
            try Self.round([try Self.machine("web1", disks)], pools: pools).topology(since: Topology([:]), Self.places))
        let silent = Self.round([try Self.machine("web1", [:], isStale: true)], pools: pools)
        #expect(try silent.topology(since: former, Self.places) == former)
        let withoutPools = Self.round([try Self.machine("web1", disks)], pools: nil)
        #expect(try withoutPools.topology(since: former, Self.places) == former)
        #expect(try Self.round(nil, pools: nil).topology(since: former, Self.places) == nil)
        let gone = Self.round([], pools: pools)
        #expect(
            Self.edges(try gone.topology(since: former, Self.places)) == [
                "pool:images>host:here", "pool:ssd>host:here",
            ])
    }

    @Test func itIsNotedOnceThereAreAlerts() async throws {
        let sandbox = try Sandbox()
        await sandbox.prepare("metric collect -q --no-host")
        #expect(!sandbox.exists("state/alerts.db"))
        await sandbox.prepare("alert run -q")
        sandbox.clock.set(Sandbox.today.adding(milliseconds: 60_000))
        await sandbox.prepare("metric collect -q --no-host")
        let store = AlertStore(try Store.open(AlertStore.store, in: StateDirectory(sandbox.path("state"))))
        let edges = Self.edges(try store.topology()) ?? []
        #expect(edges.contains("machine:web1>host:testhost") && edges.contains("machine:db1>host:testhost"))
    }
}
