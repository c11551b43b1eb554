package import Alerts
import DebVisorCore

/// Posts a message as JSON by the system's libcurl.
///
/// The other side has it if it answers with a status of 2xx. An answer that says "not like this" ends the attempts, all
/// others are tried again. A redirect is such an answer too: a notice goes nowhere else than where a person sent it.
package struct WebhookSender: NotificationSender {
    /// Certificates to trust instead of the system's.
    private let trustFile: String?

    package init(trustFile: String? = nil) { self.trustFile = trustFile }

    @discardableResult
    package func send(
        _ message: NotificationMessage, to target: NotifierTarget, within limit: Duration
    ) throws -> String? {
        guard case .webhook(let url, let headers) = target else { return nil }
        // The whole address may be a secret.
        let origin = WebAddress(url.revealed)?.origin ?? "the webhook"
        // An empty `Expect` keeps libcurl from asking first whether it may send much.
        let own = ["Content-Type: application/json", "Idempotency-Key: \(message.key)", "Expect:"]
        let given = headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.revealed)" }
        let post = CurlPost(
            url: url.revealed, headers: own + given, body: try message.json(), limit: limit, trustFile: trustFile)
        let answer = try post.answer(from: origin)
        // Some answer with what they were sent.
        let line = answer.text.split(whereSeparator: \.isNewline).first.map { target.redacted(String($0.prefix(200))) }
        guard (200...299).contains(answer.status) else { throw Self.refusal(answer.status, line, origin) }
        return "\(answer.status)" + (line.map { ": \($0)" } ?? "")
    }

    private static func refusal(_ status: Int, _ line: String?, _ origin: String) -> Fault {
        switch status {
        case 300...399:
            return Fault(
                .usage, "'\(origin)' answers \(status) and wants the notice sent elsewhere",
                hint: "give the address that it moved to; redirects are not followed")
        case 400, 405, 406, 410, 411, 413, 414, 415, 422:
            return Fault(
                .usage, "'\(origin)' refuses the notice with \(status)", hint: "see what it expects",
                cause: line)
        default: return Fault(.unavailable, "'\(origin)' answers \(status)", cause: line)
        }
    }
}
