import DebVisorCore
import Hypervisor

/// What a `<domain>` element says.
extension XMLElement {
    var machineDisks: [MachineDisk] {
        (first("devices")?.elements("disk") ?? []).compactMap { $0.machineDisk }
    }

    var machineInterfaces: [MachineInterface] {
        (first("devices")?.elements("interface") ?? []).map { interface in
            let source = interface.first("source")
            return MachineInterface(
                type: interface["type"] ?? "unknown",
                source: source.flatMap { $0["network"] ?? $0["bridge"] ?? $0["dev"] },
                mac: interface.first("mac")?["address"], model: interface.first("model")?["type"],
                device: interface.first("target")?["dev"])
        }
    }

    /// The host path of the firmware's variables.
    var nvramPath: String? {
        guard let nvram = first("os", "nvram") else { return nil }
        let path = nvram.first("source")?["file"] ?? nvram.content
        return path.isEmpty ? nil : path
    }

    /// Where libvirt keeps the state of an emulated TPM: the definition's own path, else by UUID and version.
    func tpmStatePath(uuid: String, below directory: String) -> String? {
        guard let backend = first("devices", "tpm", "backend"), backend["type"] == "emulator" else { return nil }
        if let path = backend.first("source")?["path"] { return path }
        return "\(directory)/\(uuid)/\(backend["version"] == "1.2" ? "tpm1.2" : "tpm2")"
    }

    /// An amount like `<memory unit='KiB'>` in bytes.
    func amount(_ name: String) -> ByteCount? {
        guard let element = first(name), let number = UInt64(element.content) else { return nil }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: Self.scale(element["unit"] ?? "KiB"))
        return overflow ? nil : ByteCount(bytes)
    }

    private static func scale(_ unit: String) -> UInt64 {
        switch unit {
        case "b", "bytes": 1
        case "KB": 1000
        case "k", "KiB": 1 << 10
        case "MB": 1_000_000
        case "M", "MiB": 1 << 20
        case "GB": 1_000_000_000
        case "G", "GiB": 1 << 30
        case "TB": 1_000_000_000_000
        case "T", "TiB": 1 << 40
        default: 1 << 10
        }
    }

    /// Virtual processors that are plugged in.
    var vcpuCount: Int {
        guard let vcpu = first("vcpu") else { return 1 }
        return vcpu["current"].flatMap { Int($0) } ?? Int(vcpu.content) ?? 1
    }

    /// Every host path that the disks of a running machine hold: the chains below and mirrors too.
    var diskPaths: [String] {
        var paths: [String] = []
        for disk in first("devices")?.elements("disk") ?? [] { disk.collectPaths(into: &paths) }
        return paths
    }

    private func collectPaths(into paths: inout [String]) {
        for element in elements {
            switch element.name {
            case "source":
                if let path = element["file"] ?? element["dev"] { paths.append(path) }
                element.collectPaths(into: &paths)
            case "backingStore", "mirror":
                if let path = element["file"] { paths.append(path) }
                element.collectPaths(into: &paths)
            case "dataStore":
                element.collectPaths(into: &paths)
            default:
                break
            }
        }
    }
}
