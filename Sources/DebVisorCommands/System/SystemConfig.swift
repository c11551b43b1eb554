import CommandKit
import DebVisorCore

/// `debvisor system config`
struct SystemConfig: ReadingCommand {
    static let info = CommandInfo(
        "config", "Show each setting and where it comes from",
        discussion: """
            An option wins over the environment, that over the user's configuration file, that over \
            /etc/debvisor/debvisor.conf.
            """,
        examples: [Example("debvisor system config", "show the settings in force", prints: "environment DEBVISOR_URI")],
        statuses: [.denied], prints: SettingRecord.self)

    func run(_ args: Parsed<NoInputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        .list(context.settings.named.map { SettingRecord(name: $0.name, setting: $0.setting) })
    }
}

struct SettingRecord: Record {
    var name: String
    var setting: Setting

    static var fields: [Field<SettingRecord>] {
        [
            .string("name", "Name of the setting") { $0.name },
            .string("value", "Its value") { $0.setting.value },
            .string("origin", "Where it comes from: option, environment, a file and line, default") {
                $0.setting.origin.text
            },
        ]
    }
}
