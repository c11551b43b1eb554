import Hypervisor

/// What libvirt calls a `<domaincheckpoint>`.
struct CheckpointXML {
    var name: String
    /// Targets whose images record.
    var disks: Set<String>
    var allTargets: [String]

    /// Its bitmaps have its name: libvirt accepts no other.
    /// - Parameter createdAt: seconds since 1970, only to define a checkpoint that was lost.
    func text(createdAt: Int64? = nil) -> String {
        var list = XMLElement("disks")
        for target in allTargets {
            let disk = XMLElement("disk", [("name", target), ("checkpoint", disks.contains(target) ? "bitmap" : "no")])
            list.children.append(.element(disk))
        }
        var title = XMLElement("name")
        title.children = [.text(XMLText.escape(name))]
        var checkpoint = XMLElement("domaincheckpoint")
        checkpoint.children = [.element(title)]
        if let createdAt {
            var time = XMLElement("creationTime")
            time.children = [.text(String(createdAt))]
            checkpoint.children.append(.element(time))
        }
        checkpoint.children.append(.element(list))
        var text = ""
        checkpoint.write(to: &text)
        return text
    }

    /// What a checkpoint's description says. Nil if it makes no sense.
    static func read(_ text: String) throws -> MachineCheckpoint? {
        let root = try XMLParser.parse(text).root
        guard let name = root.first("name")?.content, !name.isEmpty else { return nil }
        var bitmaps: [String: String] = [:]
        for disk in root.first("disks")?.elements("disk") ?? [] where disk["checkpoint"] == "bitmap" {
            guard let target = disk["name"] else { continue }
            bitmaps[target] = disk["bitmap"] ?? name
        }
        return MachineCheckpoint(
            name: name, parent: root.first("parent", "name")?.content,
            createdAt: root.first("creationTime").flatMap { Int64($0.content) } ?? 0, bitmaps: bitmaps)
    }
}
