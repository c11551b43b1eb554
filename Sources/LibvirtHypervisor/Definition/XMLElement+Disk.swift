import Hypervisor

/// What a `<disk>` element says.
extension XMLElement {
    /// Nil without a target, which every disk of libvirt has.
    var machineDisk: MachineDisk? {
        guard let target = first("target")?["dev"] else { return nil }
        return MachineDisk(
            target: target, device: MachineDisk.Device(rawValue: self["device"] ?? "disk") ?? .disk, source: diskSource,
            format: first("driver")?["type"], readOnly: first("readonly") != nil, shareable: first("shareable") != nil,
            transient: first("transient") != nil, backingChain: backingChain)
    }

    private var diskSource: MachineDisk.Source {
        guard let source = first("source") else { return .none }
        switch self["type"] ?? "file" {
        case "file": return source["file"].map { .file($0) } ?? .none
        case "block": return source["dev"].map { .block($0) } ?? .none
        case "volume":
            guard let pool = source["pool"], let volume = source["volume"] else { return .other("volume") }
            return .volume(pool: pool, name: volume)
        case "network":
            return .network(protocol: source["protocol"] ?? "unknown", name: source["name"] ?? "")
        case let other: return .other(other)
        }
    }

    /// Paths below the topmost image, as far as they are files or devices.
    private var backingChain: [String] {
        var chain: [String] = []
        var layer = first("backingStore")
        while let store = layer {
            guard let source = store.first("source") else { break }
            if let path = source["file"] ?? source["dev"] ?? source["name"] { chain.append(path) }
            layer = store.first("backingStore")
        }
        return chain
    }
}
