/// What a copy of a machine may not share with its original, which may be running.
enum CopyRules {
    static func apply(to devices: inout XMLElement) {
        devices.change("interface", changeInterface)
        devices.change("graphics", changeGraphics)
        devices.change("channel", changeChannel)
        for name in ["serial", "parallel", "console"] { devices.change(name, changeTerminal) }
        devices.change("tpm") { tpm in
            tpm.change("backend") {
                $0.remove("source")
                return true
            }
            return true
        }
    }

    private static func changeInterface(_ interface: inout XMLElement) -> Bool {
        var mac = interface.first("mac") ?? XMLElement("mac")
        mac["address"] = Identity.mac()
        mac["check"] = nil
        interface.put(mac)
        // Names of host devices are unique; without one the host chooses.
        interface.change("target") {
            $0["dev"] = nil
            return !($0.attributes.isEmpty && $0.children.isEmpty)
        }
        interface.change("source") {
            $0["portid"] = nil
            return true
        }
        return true
    }

    private static func changeGraphics(_ graphics: inout XMLElement) -> Bool {
        for attribute in ["port", "tlsPort", "websocket", "socket"] { graphics[attribute] = nil }
        if ["vnc", "spice"].contains(graphics["type"]) { graphics["autoport"] = "yes" }
        graphics.change("listen") {
            $0["socket"] = nil
            return true
        }
        return true
    }

    /// Without a path libvirt gives a socket of its own.
    private static func changeChannel(_ channel: inout XMLElement) -> Bool {
        if channel["type"] == "unix" { channel.remove("source") }
        channel.remove("log")
        return true
    }

    /// A console at a fixed place (a socket, a port, a file) becomes a pseudo-terminal.
    private static func changeTerminal(_ terminal: inout XMLElement) -> Bool {
        terminal.remove("log")
        terminal["tty"] = nil
        guard ["unix", "tcp", "udp", "file", "pipe", "pty"].contains(terminal["type"]) else { return true }
        terminal["type"] = "pty"
        terminal.remove("source", "protocol")
        return true
    }

    /// A generated label names the original; one that an administrator set (static DAC) stays.
    static func keepLabel(_ label: inout XMLElement) -> Bool {
        guard label["type"] == "dynamic" else { return label["model"] != "apparmor" || label.first("label") == nil }
        label.remove("label", "imagelabel")
        return true
    }
}
