import Alerts
import DebVisorCore
import Hypervisor

extension CollectRound {
    /// What depends on what: disks on their machine and storage pool, machines and pools on their host.
    ///
    /// What could not be seen stays as it was: disks of a machine that does not answer, as one on a pool that hangs, and which
    /// pool has them while pools cannot be listed.
    /// - Parameter former: what was known before.
    /// - Returns: nil if the machines could not be had.
    /// - Throws: `usage` if something would depend on itself.
    func topology(since former: Topology, _ places: AlertPlaces) throws -> Topology? {
        guard let machines else { return nil }
        var parents: [String: [String]] = [:]
        let host = AlertPlaces.host(places.hypervisor)
        for pool in pools ?? [] { parents[AlertPlaces.pool(pool.name)] = [host] }
        var silent: Set<String> = []
        for machine in machines.map(\.statistics) {
            let name = machine.name.text
            parents[AlertPlaces.machine(name)] = [host]
            if machine.stale { silent.insert(AlertPlaces.machine(name)) }
            for block in machine.blocks {
                let pool = block.path.flatMap { self.pool(of: $0) }.map(AlertPlaces.pool)
                parents[AlertPlaces.disk(block.target, of: name)] =
                    [AlertPlaces.machine(name)] + (pool.map { [$0] } ?? [])
            }
        }
        keep(former, silent, &parents)
        return try Topology(parents)
    }

    private func keep(_ former: Topology, _ silent: Set<String>, _ parents: inout [String: [String]]) {
        var old: [String: [String]] = [:]
        for edge in former.edges { old[edge.object, default: []].append(edge.parent) }
        for (object, above) in old {
            let isSilent = !silent.isDisjoint(with: above)
            if parents[object] == nil, isSilent || pools == nil && object.hasPrefix(AlertPlaces.pool("")) {
                parents[object] = above
            } else if pools == nil, let known = parents[object] {
                parents[object] = known + above.filter { $0.hasPrefix(AlertPlaces.pool("")) && !known.contains($0) }
            }
        }
    }

    /// The pool whose directory is the nearest above a file.
    private func pool(of path: String) -> String? {
        (pools ?? []).filter { pool in
            guard let directory = pool.path else { return false }
            return path.hasPrefix(directory.hasSuffix("/") ? directory : directory + "/")
        }.max { ($0.path?.utf8.count ?? 0) < ($1.path?.utf8.count ?? 0) }?.name
    }
}

extension AppContext {
    /// Notes what depends on what, if there are alerts that want to know and it is news. What fails then is no failure of
    /// whoever collects.
    /// - Returns: a warning.
    func learnTopology(_ round: CollectRound, _ places: AlertPlaces) -> String? {
        do {
            guard round.machines != nil, let former = try existingAlertStore()?.topology(),
                let topology = try round.topology(since: former, places), topology != former
            else { return nil }
            try alertStore().change(topology)
            return nil
        } catch {
            return "what depends on what was not noted: \(error)"
        }
    }
}
