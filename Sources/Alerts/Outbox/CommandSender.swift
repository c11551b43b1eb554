import DebVisorCore
import Platform

/// Runs a program with the message as JSON on its standard input, and the least of it in variables.
package struct CommandSender: NotificationSender {
    package init() {}

    @discardableResult
    package func send(
        _ message: NotificationMessage, to target: NotifierTarget, within limit: Duration
    ) throws -> String? {
        guard case .command(let path, let arguments) = target else { return nil }
        let output = try ChildProcess.run(
            path, arguments, input: try message.json(), variables: Self.variables(message), within: limit,
            limit: 65536)
        guard output.isSuccess else { throw Fault(.failed, "'\(path)' failed", cause: output.complaint) }
        let lines = String(decoding: output.output, as: UTF8.self).split(whereSeparator: \.isNewline)
        return lines.first.map { String($0.prefix(200)) }
    }

    private static func variables(_ message: NotificationMessage) -> [String: String] {
        [
            "DEBVISOR_ALERT_KEY": message.key, "DEBVISOR_ALERT_SEVERITY": message.worst.rawValue,
            "DEBVISOR_ALERT_SUBJECT": message.subject, "DEBVISOR_ALERT_HOST": message.host ?? "",
            "DEBVISOR_ALERT_COUNT": "\(message.entries.count)", "DEBVISOR_ALERT_ATTEMPT": "\(message.attempt)",
            "DEBVISOR_ALERT_KINDS": Set(message.entries.map(\.kind.rawValue)).sorted().joined(separator: " "),
        ]
    }
}
