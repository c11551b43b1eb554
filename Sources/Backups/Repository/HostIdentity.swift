import Platform

/// Which host and process works on a repository.
package struct HostIdentity: Sendable {
    package var id: String
    package var bootID: String
    package var name: String
    package var processID: Int32

    package init(id: String, bootID: String, name: String, processID: Int32) {
        self.id = id
        self.bootID = bootID
        self.name = name
        self.processID = processID
    }
}

extension HostIdentity {
    /// This process.
    package static var current: HostIdentity {
        let name = Host.name
        return HostIdentity(
            id: Host.machineID ?? name, bootID: Host.bootID ?? "", name: name, processID: Host.processID)
    }
}
