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
                if let scratch = scratchPath(disk) {
                    element.children = [.element(XMLElement("scratch", [("file", scratch)]))]
                }
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

    /// Nil where libvirt puts it beside the disk.
    private func scratchPath(_ disk: MachineDisk) -> String? {
        var directory = directories.scratch
        if directory == nil, case .file = disk.source {} else { directory = directory ?? directories.scratchOfDevices }
        return directory.map { "\($0)/\(Directory.name(of: socketPath)).\(disk.target).scratch" }
    }

    /// Where the job will write, as far as we know.
    var scratchDirectories: [String] {
        disks.map { disk in
            if let path = scratchPath(disk) { return Directory.parent(of: path) ?? "/" }
            return disk.path.flatMap { Directory.parent(of: $0) } ?? "/"
        }
    }
}
