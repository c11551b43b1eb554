import DebVisorCore
import Hypervisor
import Platform

/// What libvirt is asked for: the definition of one backup job.
struct BackupRequest {
    var socketPath: String
    var disks: [MachineDisk]
    /// Targets of all disks, those that are not read too.
    var allTargets: [String]
    var directories: DaemonDirectories
    /// What the job tells and records; stepped down where libvirt refuses.
    var tracking: ChangeTracking?

    /// The `<domainbackup>` element. Exports are named after the disks' targets, which libvirt does by itself.
    var xml: String {
        var server = XMLElement("server", [("transport", "unix"), ("socket", socketPath)])
        server.children = []
        var list = XMLElement("disks")
        for target in allTargets {
            var element = XMLElement("disk", [("name", target)])
            if let disk = disks.first(where: { $0.target == target }) {
                element["backup"] = "yes"
                element["type"] = "file"
                element["exportname"] = target
                if let since = tracking?.since[target] {
                    element["backupmode"] = "incremental"
                    element["incremental"] = since
                    element["exportbitmap"] = Self.exportedBitmap(of: target)
                }
                // libvirt 9 chooses a place itself only if no disk is named at all; else it asks QEMU for a file
                // without a name.
                element.children = [.element(XMLElement("scratch", [("file", scratchPath(disk))]))]
            } else {
                element["backup"] = "no"
            }
            list.children.append(.element(element))
        }
        var backup = XMLElement("domainbackup", [("mode", "pull")])
        backup.children = [.element(server), .element(list)]
        var text = ""
        backup.write(to: &text)
        return text
    }

    /// The name under which the changes of a disk are offered.
    static func exportedBitmap(of target: String) -> String { "changes-\(target)" }

    /// The `<domaincheckpoint>` that begins with the job; nil without.
    var checkpointXML: String? {
        guard let tracking, let checkpoint = tracking.checkpoint else { return nil }
        return CheckpointXML(name: checkpoint, disks: tracking.disks, allTargets: allTargets).text()
    }

    /// Beside the disk, as libvirt would; a device has nothing beside it.
    private func scratchPath(_ disk: MachineDisk) -> String {
        let suffix = "\(Directory.name(of: socketPath)).\(disk.target).scratch"
        if let directory = directories.scratch { return "\(directory)/\(suffix)" }
        if case .file(let path) = disk.source { return "\(path).\(suffix)" }
        return "\(directories.scratchOfDevices)/\(suffix)"
    }

    /// Where the job will write.
    var scratchDirectories: [String] { disks.map { Directory.parent(of: scratchPath($0)) ?? "/" } }
}
