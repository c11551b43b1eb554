import Alerts
import CommandKit
import DebVisorCore
import Platform

/// Where notices go, as options say it. Secrets come from files.
struct NotifierTargetInputs: InputSet {
    let command = Option(
        "command", .file, help: "Absolute path of a program, which gets each notice as JSON on its standard input")
    let email = Options(
        "email", .string("ADDRESS"), help: "Address or local user to mail to by sendmail; may be repeated")
    let from = Option("from", .string("ADDRESS"), help: "Whom the mail is from; what sendmail says without")
    let webhook = Option("webhook", .string("URL"), help: "Address to post each notice to as JSON, if it is no secret")
    let webhookFile = Option(
        "webhook-file", .file, help: "File whose first line is that address; '-' is standard input")
    let header = Options("header", .httpHeader, help: "Header of the posts, if it is no secret; may be repeated")
    let headerFile = Option(
        "header-file", .file, help: "File of 'Name: value' lines, for secrets; '-' is standard input")
    let ruled = GroupRules(Self.self)

    static let rules: [InputRule<NotifierTargetInputs>] = [
        .exactlyOne(\.command, \.email, \.webhook, \.webhookFile), .requires(\.from, \.email),
    ]
}

extension ValueType where Value == KeyValue {
    /// `Name: value`.
    static var httpHeader: ValueType {
        ValueType(placeholder: "'NAME: VALUE'", text: { "\($0.key): \($0.value)" }) { text throws(ValueError) in
            guard let header = HeaderLine(text) else { throw ValueError("must be a header like 'Priority: high'") }
            return KeyValue(header.name, header.value)
        }
    }
}

/// A header as people write it.
struct HeaderLine {
    var name: String
    var value: String

    /// nil: it is none.
    init?(_ text: String) {
        guard let colon = text.firstIndex(of: ":"), colon != text.startIndex else { return nil }
        name = String(text[..<colon])
        value = String(text[text.index(after: colon)...].drop { $0 == " " || $0 == "\t" })
        guard !value.isEmpty else { return nil }
    }
}

extension Parsed<NotifierTargetInputs> {
    /// - Parameter words: of the command.
    /// - Throws: `usage`; what reading a file throws.
    func target(_ words: [String]) throws -> NotifierTarget {
        let isWebhook = self.webhook != nil || self.webhookFile != nil
        guard isWebhook || self.header.isEmpty && self.headerFile == nil else {
            throw Fault(.usage, "headers are for webhooks", hint: "give --webhook or --webhook-file with them")
        }
        guard words.isEmpty || self.command != nil else {
            throw Fault(.usage, "'\(words[0])' is a word for a command", hint: "give --command with it")
        }
        if let path = self.command { return .command(path: path, arguments: words) }
        if !self.email.isEmpty { return .email(to: self.email, from: self.from) }
        if self.webhookFile == "-", self.headerFile == "-" {
            throw Fault(.usage, "both files cannot be standard input", hint: "give one of them a file of its own")
        }
        let url = try self.webhook ?? Self.lines(of: self.webhookFile ?? "").first ?? ""
        return .webhook(url: Secret(url), headers: try headers())
    }

    private func headers() throws -> [String: Secret] {
        var headers: [String: Secret] = [:]
        for header in self.header { headers[header.key] = Secret(header.value) }
        guard let file = self.headerFile else { return headers }
        for (number, line) in try Self.lines(of: file).enumerated() {
            guard let header = HeaderLine(line) else {
                throw Fault(
                    .usage, "line \(number + 1) of '\(file)' is no header", hint: "a line is 'Name: value'")
            }
            headers[header.name] = Secret(header.value)
        }
        return headers
    }

    /// Those that say something. - Throws: `usage` if there is none.
    private static func lines(of path: String) throws -> [String] {
        let bytes = path == "-" ? try StandardInput.read(limit: 1 << 16) : try NamedFile.read(path, limit: 1 << 16)
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
            .map { String($0.reversed().drop(while: \.isWhitespace).reversed()) }.filter { !$0.isEmpty }
        guard !lines.isEmpty else {
            throw Fault(.usage, "'\(path)' holds nothing", hint: "write it into its first line")
        }
        return lines
    }

    /// What every process of this host could read while the command ran, and the shell's history keeps.
    var exposures: [String] {
        var exposures: [String] = []
        if let url = self.webhook, Self.mayHoldSecret(url) {
            exposures.append(
                "the address may hold a secret, which processes and the shell's history have seen: use --webhook-file")
        }
        let harmless = ["accept", "content-type", "user-agent", "priority", "title", "tags", "x-priority"]
        for header in self.header where !harmless.contains(header.key.lowercased()) {
            exposures.append(
                "the header '\(header.key)' may be a secret, which processes and the shell's history have seen: use --header-file"
            )
        }
        return exposures
    }

    /// A name and password, a query, or a long word in the path.
    private static func mayHoldSecret(_ url: String) -> Bool {
        let parts = url.split(separator: "/")
        return url.contains("@") || url.contains("?") || parts.dropFirst(2).contains { $0.count >= 12 }
    }
}
