package import Alerts
import Backups
package import CommandKit
import DebVisorCore
package import Hypervisor
import Platform

/// The program as it is typed: tree, options, manual texts; and the context of a live process.
package enum DebvisorProgram {
    package static let version = "0.1.0"
    /// The first word of a process that stands over one scheduled run, and is no command.
    package static let supervisorWord = "__supervise"

    /// - Parameter makeContext: gives commands what they work with.
    package static func make(
        makeContext: @escaping @Sendable (Parsed<GlobalOptions>, Session) async throws -> AppContext
    ) -> Program<AppContext, GlobalOptions> {
        var program = Program(
            name: "debvisor", version: version, summary: "Keep Debian/KVM hypervisors alive",
            globals: GlobalOptions.self, tree: CommandTree.nodes, failure: Failures.failure, completer: Lookups.names,
            makeContext: makeContext)
        program.discussion = ManualPages.discussion
        program.examples = ManualPages.examples
        program.manual = ManualPages.texts
        return program
    }
}

extension AppContext {
    /// The context of this process. - Throws: `usage` for a malformed configuration file.
    package static func live(
        _ globals: Parsed<GlobalOptions>, images: any DiskImages, webhooks: any NotificationSender,
        connect: @escaping @Sendable (_ uri: String, _ seconds: Int) -> any Hypervisor
    ) throws -> AppContext {
        let environment = Environment.process
        let name = Host.name
        return AppContext(
            settings: try Settings(globals, environment, UserAccount.current(environment)), clock: LiveClock(),
            environment: environment,
            host: HostIdentity(
                id: Host.machineID ?? name, bootID: Host.bootID ?? "", name: name, processID: Host.processID),
            writer: "debvisor \(DebvisorProgram.version)", images: images, webhooks: webhooks,
            connect: connect)
    }
}
