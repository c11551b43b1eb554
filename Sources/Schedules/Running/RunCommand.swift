import CSystem
import DebVisorCore
import Glibc
import Platform

/// A command ready to be started: its program found, its environment made, its user looked up.
struct RunCommand {
    let path: String
    let words: [String]
    let variables: [String: String]
    let account: RunAccount?
    /// Nil for where we are, if the home directory is not there.
    let directory: String?

    /// - Throws: what a run then ends as failed with.
    init(_ order: RunOrder) throws {
        account = try order.user.map { try RunAccount(named: $0) }
        let runner = account ?? RunAccount.current
        variables = try RunEnvironment.make(order, runner)
        words = order.command
        let program = words.first ?? ""
        guard let found = RunEnvironment.find(program, path: variables["PATH"] ?? "") else {
            throw Fault(.notFound, "cannot find the program '\(program)'")
        }
        path = found
        directory = order.workingDirectory ?? (Directory.isDirectory(runner.home) ? runner.home : "/")
    }

    /// A text for the shell that is told how a run ended.
    init(onFailure text: String, _ order: RunOrder, status: String) throws {
        var shell = order
        shell.command = ["/bin/sh", "-c", text]
        let command = try RunCommand(shell)
        (path, words, account, directory) = (command.path, command.words, command.account, command.directory)
        variables = command.variables.merging(["DEBVISOR_STATUS": status]) { _, new in new }
    }

    /// What the child gets besides `/dev/null`.
    struct Descriptors {
        var input: Int32 = -1
        var output: Int32 = -1
        var errors: Int32 = -1
        var gate: Int32 = -1
        var gateEnd: Int32 = -1
        var failure: Int32 = -1
    }

    /// The process id, or a negative errno value.
    func start(_ descriptors: Descriptors) -> Int32 { withCommand(descriptors) { dv_start(&$0) } }

    /// In a session of its own; nobody waits for it.
    func startDetached(_ descriptors: Descriptors = Descriptors()) -> Int32 {
        withCommand(descriptors) { dv_start_detached(&$0) }
    }

    private func withCommand(_ descriptors: Descriptors, _ body: (inout dv_command) -> Int32) -> Int32 {
        let arguments = words.map { strdup($0) } + [nil]
        let environment = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        let strings = [strdup(path), directory.flatMap { strdup($0) }]
        defer { for string in arguments + environment + strings { free(string) } }
        return (account?.groups ?? []).withUnsafeBufferPointer { groups in
            arguments.withUnsafeBufferPointer { arguments in
                environment.withUnsafeBufferPointer { environment in
                    var command = dv_command()
                    command.path = UnsafePointer(strings[0])
                    command.directory = UnsafePointer(strings[1])
                    command.arguments = arguments.baseAddress
                    command.environment = environment.baseAddress
                    (command.input, command.output, command.errors) =
                        (descriptors.input, descriptors.output, descriptors.errors)
                    (command.gate, command.closes, command.failure) =
                        (descriptors.gate, descriptors.gateEnd, descriptors.failure)
                    // Whoever we already are needs no right to become.
                    if let account, account.userID != geteuid() || geteuid() == 0 {
                        command.changes_user = 1
                        (command.user, command.group) = (account.userID, account.groupID)
                        (command.groups, command.group_count) = (groups.baseAddress, Int32(groups.count))
                    }
                    return body(&command)
                }
            }
        }
    }
}
