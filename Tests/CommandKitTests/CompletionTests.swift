import Testing

@testable import CommandKit

@Suite struct CompletionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var words: [String]
        var candidates: [String]
        var kind: Completions.Kind
        var testDescription: String { words.joined(separator: " ") }

        init(_ words: [String], _ candidates: [String], _ kind: Completions.Kind = .words) {
            self.words = words
            self.candidates = candidates
            self.kind = kind
        }
    }

    @Test(arguments: [
        Case([""], ["vm", "host", "help"]), Case(["v"], ["vm"]), Case(["s"], []),
        Case(["vm", ""], ["list", "show", "watch", "start", "delete", "disk"]), Case(["vm", "l"], ["list"]),
        Case(["vm", "r"], ["rm"]), Case(["vm", "nonsense", ""], []), Case(["help", "vm", "d"], ["delete", "disk"]),
        Case(["vm", "list", "--sta"], ["--state", "--state-dir"]), Case(["vm", "list", "--no-t"], ["--no-titles"]),
        Case(["vm", "list", "--sec"], []), Case(["vm", "list", "--dry"], []),
        Case(["vm", "rm", "--dry"], ["--dry-run"]),
        Case(["vm", "list", "--state", "r"], ["running"]),
        Case(["vm", "list", "--state="], ["--state=running", "--state=stopped", "--state=paused"]),
        Case(["-o", "j"], ["json"]), Case(["vm", "list", "-o", "y"], ["yaml"]),
        Case(["vm", "list", "-vo", "nd"], ["ndjson"]),
        Case(["vm", "show", ""], ["web", "db server"]), Case(["vm", "show", "d"], ["db server"]),
        Case(["--state-dir", "/nowhere", "vm", "show", ""], []), Case(["vm", "show", "web", ""], []),
        Case(["vm", "start", "web", ""], ["db server"]), Case(["vm", "start", "--", "w"], ["web"]),
        Case(["vm", "list", "--fields", "na"], ["name"], .parts),
        Case(["vm", "list", "--fields=name,s"], ["--fields=name,state"], .parts),
        Case(["vm", "delete", "--password-file", "/et"], ["/et"], .files),
        Case(["vm", "list", "--state-dir=/v"], ["--state-dir=/v"], .directories),
        Case(["vm", "list", "--keep", ""], []),
    ])
    func completes(_ line: Case) {
        let found = demoProgram().complete(after: line.words.dropLast(), typing: line.words.last ?? "")
        #expect(found == Completions(kind: line.kind, candidates: line.candidates))
    }

    /// `COMP_WORDS` without the program's name, the place of the cursor in it, and what that means.
    @Test(
        arguments: [
            (["vm", "li"], 1, ["vm"], "li", ""), (["vm", ""], 1, ["vm"], "", ""), (["vm"], 1, ["vm"], "", ""),
            (["--state", "=", "r"], 2, [], "--state=r", "--state="), (["--state", "="], 1, [], "--state=", "--state="),
            (["--connect", "qemu", ":", "///s"], 3, ["--connect"], "qemu:///s", "qemu:"),
            (["--a", "=", "b", "c"], 3, ["--a=b"], "c", ""), (["\"db se"], 0, [], "db se", ""),
            (["db\\ se"], 0, [], "db se", ""),
            (["a", "b", "c"], 1, ["a"], "b", ""),
            (["show", "web", "@", "20"], 3, ["show"], "web@20", "web"),
            (["show", "web", "@"], 2, ["show"], "web@", "web"),
            (["show", "web", "@", "20T03", ":", "0"], 5, ["show"], "web@20T03:0", "web@20T03:"),
            (["show", "web", "@", "20", "x"], 4, ["show", "web@20"], "x", ""),
        ] as [([String], Int, [String], String, String)])
    func joinsWords(_ words: [String], _ cursor: Int, _ before: [String], _ current: String, _ kept: String) {
        let typed = ShellWords(words, cursor: cursor)
        #expect(typed.before == before)
        #expect(typed.current == current)
        #expect(typed.kept == kept)
    }

    @Test(arguments: [
        (["1", "v"], "words\nvm\n"), (["3", "vm", "show", "d"], "words\ndb\\ server\n"),
        (["3", "vm", "show", "\"d"], "words\ndb server\n"),
        (["5", "vm", "list", "--state", "=", "r"], "words\nrunning\n"),
        (["4", "vm", "list", "--state", "="], "words\nrunning\nstopped\npaused\n"),
        (["2", "vm"], "words\nlist\nshow\nwatch\nstart\ndelete\ndisk\n"),
    ])
    func answersBash(_ words: [String], _ answer: String) {
        let recorder = Recorder()
        #expect(demoProgram().answer(["__complete"] + words, console: recorder.console) == 0)
        #expect(recorder.output == answer)
        #expect(recorder.errors == "")
    }

    @Test(arguments: [[], ["x"], ["0"], ["-1", "vm"], ["99999999999999999999"]])
    func refusesNonsenseSilently(_ words: [String]) {
        let recorder = Recorder()
        #expect(demoProgram().answer(["__complete"] + words, console: recorder.console) == 2)
        #expect(recorder.output + recorder.errors == "")
    }
}
