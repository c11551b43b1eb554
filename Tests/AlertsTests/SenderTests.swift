import DebVisorCore
import Foundation
import Platform
import Testing

@testable import Alerts

@Suite struct SenderTests {
    private func script(_ text: String) throws -> (path: String, directory: String) {
        let directory = "/tmp/debvisor-alerts-\(UInt64.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let path = directory + "/script"
        try Data("#!/bin/sh\n\(text)\n".utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        return (path, directory)
    }

    private func message(_ name: String = "n") -> NotificationMessage { .test(name, at: AlertFixture.start) }

    @Test("A command gets the message as JSON and in variables") func command() throws {
        let (path, directory) = try script("cat > \"$1/body\"; env | grep ^DEBVISOR_ALERT > \"$1/variables\"")
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let target = NotifierTarget.command(path: path, arguments: [directory])
        try CommandSender().send(message(), to: target, within: .seconds(30))
        let body =
            try JSONSerialization.jsonObject(
                with: Data(contentsOf: URL(fileURLWithPath: directory + "/body"))) as? [String: Any]
        #expect(body?["test"] as? Bool == true && body?["notifier"] as? String == "n")
        #expect((body?["alerts"] as? [[String: Any]])?.first?["metric_name"] as? String == "debvisor_test")
        let variables = try String(contentsOfFile: directory + "/variables", encoding: .utf8)
        #expect(variables.contains("DEBVISOR_ALERT_SEVERITY=info\n") && variables.contains("DEBVISOR_ALERT_COUNT=1\n"))
    }

    @Test("A large message is no trouble for a command that does not read it") func large() throws {
        let entry = try #require(message().entries.first)
        let entries = (0..<3000).map { _ in entry }
        let large = NotificationMessage(key: "k", notifier: "n", entries, attempt: 1)
        #expect(try large.json().count > 1 << 20)
        try CommandSender().send(large, to: .command(path: "/bin/true", arguments: []), within: .seconds(30))
    }

    @Test(
        "A command that fails says why, one that hangs is ended",
        arguments: [
            ("echo broken >&2; exit 3", Fault.Kind.failed, "broken"), ("exec sleep 600", .timeout, "did not end"),
            ("kill -9 $$", .failed, "signal(9)"),
        ])
    func failures(text: String, kind: Fault.Kind, word: String) throws {
        let (path, directory) = try script(text)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let fault = #expect(throws: Fault.self) {
            try CommandSender().send(message(), to: .command(path: path, arguments: []), within: .milliseconds(1500))
        }
        #expect(fault?.kind == kind && fault?.description.contains(word) == true, "\(String(describing: fault))")
    }

    @Test func noSuchCommand() {
        #expect(throws: Fault.self) {
            try CommandSender().send(message(), to: .command(path: "/nowhere/x", arguments: []), within: .seconds(5))
        }
    }

    @Test("A mail has headers of its own alone, and its text") func mail() throws {
        let (path, directory) = try script(
            "cat > \"$(dirname \"$0\")/mail\"; echo \"$@\" > \"$(dirname \"$0\")/words\"")
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let sender = MailSender(program: path, host: "h1.example.org", TestClock(AlertFixture.start))
        let target = NotifierTarget.email(to: ["a@example.org", "root"], from: "debvisor@example.org")
        try sender.send(message("Grüße\nBcc: x@example.org"), to: target, within: .seconds(30))
        let mail = try String(contentsOfFile: directory + "/mail", encoding: .utf8)
        let headers = mail.components(separatedBy: "\n\n")[0].components(separatedBy: "\n")
        #expect(headers.prefix(2) == ["To: a@example.org, root", "From: debvisor@example.org"])
        #expect(headers.contains("Date: Mon, 20 Nov 2023 00:00:00 +0000"))
        #expect(headers.contains { $0.hasPrefix("Subject: =?utf-8?B?") })
        #expect(headers.contains { $0.hasPrefix("Message-ID: <") && $0.hasSuffix("@h1.example.org>") })
        #expect(!headers.contains { $0.hasPrefix("Bcc") })
        let text = mail.components(separatedBy: "\n\n")[1].replacingOccurrences(of: "\n", with: "")
        let decoded = String(decoding: try #require(Data(base64Encoded: text)), as: UTF8.self)
        #expect(decoded.contains("nothing is wrong") && decoded.contains("Grüße"))
        #expect(try String(contentsOfFile: directory + "/words", encoding: .utf8) == "-t -oi\n")
        let none = MailSender(program: "/nowhere/sendmail", TestClock(AlertFixture.start))
        #expect(throws: Fault.self) { try none.send(message(), to: target, within: .seconds(5)) }
    }

    @Test(arguments: ["", "a", "ab", "abc", "äöü€", String(repeating: "x", count: 500)])
    func base64(text: String) {
        let bytes = Array(text.utf8)
        #expect(MailText.base64(bytes, width: 0) == Data(bytes).base64EncodedString())
        for line in MailText.base64(bytes, width: 76).split(separator: "\n") { #expect(line.count <= 76) }
    }

    @Test(
        arguments: [
            .command(path: "mail", arguments: []), .command(path: "/bin/x", arguments: ["--token=abc"]),
            .command(path: "/bin/x", arguments: ["-H", "Authorization: Bearer abc"]), .email(to: [], from: nil),
            .email(to: ["a@b\nBcc: c@d"], from: nil), .email(to: ["-f", "x"], from: nil),
            .email(to: ["a@b"], from: "x y"), .webhook(url: Secret("ftp://x/y"), headers: [:]),
            .webhook(url: Secret("https:///y"), headers: [:]),
            .webhook(url: Secret("http://example.org/y"), headers: [:]),
            .webhook(url: Secret("https://e.org"), headers: ["X\n": Secret("1")]),
            .webhook(url: Secret("https://e.org"), headers: ["X": Secret("1\r\nY: 2")]),
        ] as [NotifierTarget])
    func refused(target: NotifierTarget) {
        let fault = #expect(throws: Fault.self) { try Notifier("n", target).check() }
        #expect(fault?.kind == .usage)
        #expect(fault?.description.contains("abc") == false)
    }

    @Test("Secrets are in no text") func secrets() throws {
        let notifier = Notifier(
            "hook",
            .webhook(
                url: Secret("https://user:hunter2@hooks.example.org:8443/T000/hunter2?x=hunter2"),
                headers: ["Authorization": Secret("Bearer hunter2")]))
        try notifier.check()
        var dumped = ""
        dump(notifier, to: &dumped)
        for text in ["\(notifier)", "\(notifier.target)", String(reflecting: notifier), dumped] {
            #expect(!text.contains("hunter2"), "\(text)")
        }
        #expect(notifier.target.description == "https://hooks.example.org:8443/…")
        let fixture = try AlertFixture()
        try fixture.store.add(notifier, at: AlertFixture.start)
        #expect(try fixture.store.notifier("hook") == notifier)
        try Notifier("local", .webhook(url: Secret("http://127.0.0.1:8080/x"), headers: [:])).check()
        try Notifier("mail", .email(to: ["root", "a.b+c@example.org"], from: nil)).check()
    }
}
