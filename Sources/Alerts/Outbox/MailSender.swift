package import DebVisorCore
import Platform

/// Hands a mail to sendmail, which every mail server of Debian has, and which queues it.
package struct MailSender: NotificationSender {
    private let program: String
    private let clock: any WallClock
    private let host: String

    package init(program: String = "/usr/sbin/sendmail", host: String = Host.name, _ clock: any WallClock) {
        (self.program, self.host, self.clock) = (program, host, clock)
    }

    @discardableResult
    package func send(
        _ message: NotificationMessage, to target: NotifierTarget, within limit: Duration
    ) throws -> String? {
        guard case .email(let to, let from) = target else { return nil }
        let mail = MailText(message, to: to, from: from, host: host, at: clock.now())
        let output: ChildProcess.Output
        do {
            output = try ChildProcess.run(
                program, ["-t", "-oi"], input: Array(mail.text.utf8), within: limit, limit: 65536)
        } catch let fault as Fault where fault.kind == .notFound {
            throw Fault(
                .unavailable, "there is no '\(program)' to mail with",
                hint: "install a mail server, such as msmtp-mta, or name its sendmail with the setting 'sendmail'")
        }
        guard output.isSuccess else { throw Fault(.failed, "'\(program)' refused the mail", cause: output.complaint) }
        return nil
    }
}

/// A mail as RFC 5322 has it, its text as RFC 2045 and its subject as RFC 2047 write UTF-8.
struct MailText {
    let text: String

    init(_ message: NotificationMessage, to: [String], from: String?, host: String, at now: Timestamp) {
        var headers = ["To: \(to.joined(separator: ", "))"]
        if let from { headers.append("From: \(from)") }
        headers += [
            "Subject: \(Self.encoded(message.subject))", "Date: \(Self.date(now))",
            // The same for each attempt, so that a mail that comes twice is seen as one.
            "Message-ID: <\(message.key).debvisor@\(host)>", "Auto-Submitted: auto-generated", "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64",
            "X-Debvisor-Severity: \(message.worst)",
        ]
        text = headers.joined(separator: "\n") + "\n\n" + Self.base64(Array(message.text.utf8), width: 76)
    }

    /// As it is if it is short and ASCII, else as encoded words of at most 75 characters.
    static func encoded(_ text: String) -> String {
        if text.utf8.allSatisfy({ (32...126).contains($0) }), text.utf8.count <= 180, !text.contains("=?") {
            return text
        }
        var words: [String] = []
        var part = ""
        for character in text {
            if (part + String(character)).utf8.count > 42, !part.isEmpty {
                words.append(part)
                part = ""
            }
            part.append(character)
        }
        words.append(part)
        return words.prefix(16).map { "=?utf-8?B?\(base64(Array($0.utf8), width: 0))?=" }.joined(separator: "\n ")
    }

    /// - Parameter width: a line feed after so many characters; 0: none.
    static func base64(_ bytes: [UInt8], width: Int) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        var column = 0
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let (one, two, three) = (bytes[start], byte(bytes, start + 1), byte(bytes, start + 2))
            text.append(digits[Int(one >> 2)])
            text.append(digits[Int((one & 3) << 4 | two >> 4)])
            text.append(start + 1 < bytes.count ? digits[Int((two & 15) << 2 | three >> 6)] : UInt8(ascii: "="))
            text.append(start + 2 < bytes.count ? digits[Int(three & 63)] : UInt8(ascii: "="))
            column += 4
            if width > 0, column >= width {
                text.append(10)
                column = 0
            }
        }
        if width > 0, column > 0 { text.append(10) }
        return String(decoding: text, as: UTF8.self)
    }

    private static func byte(_ bytes: [UInt8], _ index: Int) -> UInt8 { index < bytes.count ? bytes[index] : 0 }

    /// `Fri, 27 Nov 2026 03:04:42 +0000`.
    static func date(_ time: Timestamp) -> String {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        // `2026-11-27T03:04:42Z`
        let parts = time.description.split { "-T:Z".contains($0) }
        let day = (time.seconds >= 0 ? time.seconds : time.seconds - 86_399) / 86_400
        let name = days[Int((day % 7 + 7) % 7)]
        let month = Int(parts[1]).map { months[$0 - 1] } ?? ""
        return "\(name), \(Int(parts[2]) ?? 0) \(month) \(parts[0]) \(parts[3]):\(parts[4]):\(parts[5]) +0000"
    }
}
