import Glibc
import Testing

@testable import CommandKit

/// TAB in a real bash on a pseudo-terminal. The `demo` on its path hands its words to this process through pipes.
@Suite(.serialized) struct BashTests {
    static let hasBash = access("/bin/bash", X_OK) == 0

    @Test(
        .enabled(if: hasBash, "bash is not installed"),
        arguments: [
            ("demo vm wat\t", "demo vm watch "), ("demo vm list --stat\t=r\t", "demo vm list --state=running "),
            ("demo vm list -o js\t", "demo vm list -o json "), ("demo vm show d\t", "demo vm show db\\ server "),
            ("demo vm show \"d\t", "demo vm show \"db server\" "),
            ("demo vm list --fields name,st\t", "demo vm list --fields name,state"),
            ("demo vm delete --password-file /etc/host\tn\t", "demo vm delete --password-file /etc/hostname "),
            ("demo secret open w\t", "demo secret open web@2026-11-2"),
            ("demo secret open web@2026-11-25\t", "demo secret open web@2026-11-25T03:00:00Z "),
            ("demo secret open web@2026-11-25T03:0\t", "demo secret open web@2026-11-25T03:00:00Z "),
            ("demo secret open web@\t4\t", "demo secret open web@2026-11-24T03:00:00Z "),
            ("demo secret open d\t", "demo secret open db\\ server@2026-11-25T03:00:00Z "),
            ("demo secret open db\\ server@\t", "demo secret open db\\ server@2026-11-25T03:00:00Z "),
            ("demo secret open \"db server@2026-11-25T03:\t", "demo secret open \"db server@2026-11-25T03:00:00Z\" "),
        ])
    func tab(_ keys: String, _ line: String) throws {
        let directory = try temporaryDirectory()
        let answers = Thread.answering(in: directory)
        defer { answers.stop() }
        let terminal = try #require(PseudoTerminal(["/bin/bash", "--norc", "--noprofile", "-i"], directory: directory))
        defer { terminal.close() }
        terminal.type(
            "PATH=\(directory):$PATH; bind 'set enable-bracketed-paste off'; PS1='ready''> '; source \(directory)/completion\n"
        )
        #expect(terminal.reads("ready> "))
        terminal.type(keys)
        #expect(terminal.reads(line), "bash shows \(terminal.shown.debugDescription)")
    }

    private func temporaryDirectory() throws -> String {
        var template = Array("/tmp/commandkit.XXXXXX".utf8CString)
        let directory = try #require(mkdtemp(&template).map { String(cString: $0) })
        try write(demoProgram().bashCompletion, to: "\(directory)/completion", mode: 0o644)
        let script = "#!/bin/sh\nprintf '%s\\n' \"$@\" > \(directory)/question\ncat \(directory)/answer\n"
        try write(script, to: "\(directory)/demo", mode: 0o755)
        mkfifo("\(directory)/question", 0o600)
        mkfifo("\(directory)/answer", 0o600)
        return directory
    }

    private func write(_ text: String, to path: String, mode: mode_t) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode)
        try #require(descriptor >= 0 && Descriptor.write(text, to: descriptor))
        close(descriptor)
    }
}
