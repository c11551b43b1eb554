import DebVisorCore
import Hypervisor

/// Makes of a definition one for another place or another identity.
enum DefinitionRewriter {
    /// - Throws: `failed` if the text is no definition, `notFound` if a changed disk is not in it.
    static func rewrite(_ xml: String, _ changes: MachineChanges) throws -> String {
        var document = try XMLParser.parse(xml)
        guard document.root.name == "domain" else {
            throw Fault(.failed, "this is no definition of a virtual machine", cause: "it is a '\(document.root.name)'")
        }
        try check(changes, document.root)
        document.root["id"] = nil
        changeIdentity(&document.root, changes)
        changeFirmware(&document.root, changes)
        document.root.change("devices") { devices in
            devices.change("disk") { changeDisk(&$0, changes) }
            if changes.newName != nil { CopyRules.apply(to: &devices) }
            return true
        }
        if changes.newName != nil { document.root.change("seclabel", CopyRules.keepLabel) }
        return document.text
    }

    private static func check(_ changes: MachineChanges, _ root: XMLElement) throws {
        let known = Set(root.machineDisks.map(\.target))
        for target in changes.droppedDisks.union(changes.diskPaths.keys).subtracting(known).sorted() {
            throw Fault(
                .notFound, "the definition has no disk '\(target)'",
                hint: "it has \(known.sorted().joined(separator: ", "))")
        }
    }

    private static func changeIdentity(_ root: inout XMLElement, _ changes: MachineChanges) {
        if let name = changes.newName {
            root.change("name") {
                $0.setContent(name.text)
                return true
            }
        }
        // The guest goes back in time or becomes a copy; either way its generation is a new one.
        root.change("genid") {
            if !$0.content.isEmpty { $0.setContent(Identity.uuid()) }
            return true
        }
        guard let uuid = changes.newUUID ?? (changes.newName == nil ? nil : Identity.uuid()) else { return }
        var element = XMLElement("uuid")
        element.setContent(uuid)
        if root.first("uuid") == nil { root.put(element) }
        root.change("uuid") {
            $0 = element
            return true
        }
        // libvirt refuses a definition whose SMBIOS UUID is another one.
        root.change("sysinfo") { sysinfo in
            sysinfo.change("system") { system in
                system.change("entry") {
                    if $0["name"] == "uuid" { $0.setContent(uuid) }
                    return true
                }
                return true
            }
            return true
        }
    }

    private static func changeFirmware(_ root: inout XMLElement, _ changes: MachineChanges) {
        root.change("os") { os in
            os.change("nvram") { nvram in
                let isNested = nvram.first("source") != nil
                if let path = changes.nvramPath {
                    if isNested {
                        nvram["type"] = "file"
                        nvram.put(XMLElement("source", [("file", path)]))
                    } else {
                        nvram.setContent(path)
                    }
                    return true
                }
                guard changes.newName != nil else { return true }
                // libvirt makes a fresh store at a path of its own, from the template if one is named.
                nvram.children = []
                nvram["type"] = nil
                return nvram["template"] != nil
            }
            return true
        }
    }

    private static func changeDisk(_ disk: inout XMLElement, _ changes: MachineChanges) -> Bool {
        guard let target = disk.first("target")?["dev"] else { return true }
        if changes.droppedDisks.contains(target) { return false }
        // libvirt finds the chain itself; a stale one would hide what is really below.
        disk.remove("backingStore", "mirror")
        guard let (path, format) = changes.diskPaths[target] else { return true }
        disk["type"] = "file"
        if disk["device"] == "lun" { disk["device"] = "disk" }
        for attribute in ["sgio", "rawio"] { disk[attribute] = nil }
        disk.remove("auth", "encryption")
        disk.put(XMLElement("source", [("file", path)]))
        var driver = disk.first("driver") ?? XMLElement("driver", [("name", "qemu")])
        driver["type"] = format
        disk.put(driver)
        return true
    }
}
