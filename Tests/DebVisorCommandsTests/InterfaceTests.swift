import Foundation
import Testing

@testable import CommandKit
@testable import DebVisorCommands

/// What people and scripts rely on, and what is generated from it.
@Suite struct InterfaceTests {
    static let mandoc = ["/usr/bin/mandoc", "/usr/local/bin/mandoc"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    let program = DebvisorProgram.make { _, _ in throw CancellationError() }

    @Test func declarationsAreSound() { #expect(program.complaints() == []) }

    @Test func theCommandTreeIsLocked() throws {
        let console = TestConsole()
        #expect(program.answer(["help", "--tree", "-o", "json"], console: console.console) == 0)
        try expectGolden(console.output, "docs/command-tree.json")
    }

    @Test func manualPagesAreGolden() throws {
        let pages = program.manualPages()
        for page in pages { try expectGolden(page.text, "ManPages/\(page.file)") }
        let committed = try FileManager.default.contentsOfDirectory(
            atPath: projectDirectory.appendingPathComponent("ManPages").path)
        #expect(Set(committed) == Set(pages.map(\.file)))
    }

    @Test func bashCompletionIsGolden() throws {
        try expectGolden(program.bashCompletion, "Completions/debvisor.bash")
    }

    @Test(.enabled(if: mandoc != nil, "mandoc is not installed: the manual pages are not linted"))
    func mandocHasNothingToSay() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Self.mandoc))
        process.arguments =
            ["-T", "lint", "-W", "warning"]
            + program.manualPages().map { projectDirectory.appendingPathComponent("ManPages/\($0.file)").path }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let said = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(said == "")
    }

    /// Whoever can end with "unavailable" talks to a hypervisor, and so can block on it; the scheduler blocks on nobody
    /// but for the runs it waits for. What is told of notifiers is how long their attempts may take.
    @Test func whatCanBlockHasATimeout() {
        for (path, entry) in program.commands() where path.first == "schedule" {
            guard path.last == "wait" || entry.shapes().contains(where: { $0.name == "wait" }) else { continue }
            #expect(entry.shapes().contains { $0.name == "timeout" }, "\(path)")
        }
        for (path, entry) in program.commands() where path.first != "schedule" && path != ["alert", "notify", "add"] {
            let talks = entry.info().statuses.contains(.unavailable)
            #expect(entry.shapes().contains { $0.name == "timeout" } == talks, "\(path)")
            if talks { #expect(entry.info().statuses.contains(.timeout), "\(path)") }
        }
    }

    /// A configuration file that may not be read ends every command.
    @Test func everyCommandCanBeDenied() {
        for (path, entry) in program.commands() { #expect(entry.info().statuses.contains(.denied), "\(path)") }
    }

    @Test func everyCommandHasExamples() {
        for (path, entry) in program.commands() {
            #expect(!entry.info().examples.isEmpty, "\(path)")
            #expect(entry.info().prints != nil, "\(path)")
        }
    }

    /// Instants that the models call otherwise.
    static let instants: Set<String> = [
        "next_execution", "last_execution", "last_updated", "blocked_since", "timestamp",
    ]

    /// Every unit is in the key, as docs for scripts promise.
    @Test func keysTellTheirUnits() {
        func check(_ fields: [FieldInfo], _ path: [String]) {
            for field in fields {
                let suffix: String? =
                    switch field.type {
                    case .bytes: "_bytes"
                    case .seconds: "_seconds"
                    case .timestamp: "_at"
                    default: nil
                    }
                let isOfTheModel =
                    field.type == .timestamp && (field.key.hasSuffix("_time") || Self.instants.contains(field.key))
                if let suffix, !isOfTheModel { #expect(field.key.hasSuffix(suffix), "\(path): \(field.key)") }
                check(field.type.nested, path + [field.key])
            }
        }
        for (path, entry) in program.commands() { check(entry.info().prints?.fieldInfos ?? [], path) }
    }

    /// Answered before anything is opened: the context of this program always fails.
    @Test(arguments: ["--version", "--help", "help backup create", "backup", "vm lits", "__complete 1 v"])
    func needsNoContext(_ line: String) {
        let console = TestConsole()
        #expect(program.answer(line.split(separator: " ").map(String.init), console: console.console) != nil)
        #expect(!(console.output + console.errors).isEmpty)
    }

    @Test(arguments: [60, 80, 200]) func helpFitsTheTerminal(_ width: Int) {
        for (path, entry) in program.commands() {
            let console = TestConsole()
            var narrow = console.console
            narrow.width = { width }
            #expect(program.answer(["help"] + path, console: narrow) == 0)
            let examples = Set(entry.info().examples.map { "  " + $0.line })
            for line in console.output.split(separator: "\n") where !examples.contains(String(line)) {
                // A word that is longer than the line stands alone.
                #expect(line.count <= width || !line.drop { $0 == " " }.contains(" "), "\(path): \(line)")
            }
        }
    }
}
