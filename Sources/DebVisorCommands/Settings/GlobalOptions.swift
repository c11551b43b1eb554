import CommandKit

/// Options that every command has.
package struct GlobalOptions: InputSet {
    let connect = Option("connect", short: "c", .uri, help: "Hypervisor to talk to, as libvirt names it")
    let stateDirectory = Option("state-dir", .directory, help: "Where debvisor remembers things between runs")
    let config = Option("config", .file, help: "Configuration file to read instead of the usual ones")

    package init() {}
}

extension ValueType where Value == String {
    /// libvirt takes an empty URI for "whatever answers", which nobody who wrote `-c "$URI"` meant.
    static var uri: ValueType {
        .custom(placeholder: "URI", text: { $0 }) { text throws(ValueError) in
            guard !text.isEmpty else { throw ValueError("must be a URI like qemu:///system") }
            return text
        }
    }
}
