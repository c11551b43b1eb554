import Backups
import CommandKit
import DebVisorCore
import Storage

/// `debvisor backup repository list`
struct RepositoryList: ReadingCommand {
    static let info = CommandInfo(
        "list", aliases: ["ls"], "List the registered repositories",
        examples: [
            Example(
                "debvisor backup repository list", "what this host knows; sizes are shown by 'show'", prints: "usb")
        ],
        statuses: [.denied, .conflict, .timeout, .attention], prints: RepositoryRecord.self)

    func run(_ args: Parsed<NoInputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        guard let store = try Store.openExisting(BackupStore.store, in: context.stateDirectory) else {
            return .list([RepositoryRecord]())
        }
        return .list(try BackupStore(store).repositories().map { RepositoryRecord(repository: $0, usage: nil) })
    }
}
