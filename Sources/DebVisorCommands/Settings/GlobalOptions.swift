import CommandKit

/// Options that every command has.
package struct GlobalOptions: InputSet {
    let connect = Option("connect", short: "c", .string("URI"), help: "Hypervisor to talk to, as libvirt names it")
    let stateDirectory = Option("state-dir", .directory, help: "Where debvisor remembers things between runs")
    let config = Option("config", .file, help: "Configuration file to read instead of the usual ones")

    package init() {}
}
