package import Platform

/// A process that can be told from every other one, also after a reboot.
package struct RunProcess: Sendable, Hashable {
    package var bootID: String
    package var identity: ProcessIdentity

    package init(bootID: String, identity: ProcessIdentity) {
        self.bootID = bootID
        self.identity = identity
    }
}
