import Foundation
import Testing

/// A word that has its rooms, and the reason.
struct RoomRule: Sendable, CustomStringConvertible {
    var word: String
    /// What a line has that the expression finds: a search for these is a hundred times as fast.
    var hints: [String]
    var pattern: String
    var rooms: Set<String>
    var instead: String

    var description: String { word }

    static let all = [
        RoomRule(
            word: "print", hints: ["rint(", "dump("], pattern: #"(?:^|[^\w.])(?:Swift\.)?(?:print|debugPrint|dump)\("#,
            rooms: ["CommandKit", "Platform"], instead: "return a report"),
        RoomRule(
            word: "exit", hints: ["exit("], pattern: #"(?:^|[^\w.\-])(?:Glibc\.)?_?exit\("#,
            rooms: ["CommandKit", "Platform", "debvisor"],
            instead: "throw a Fault"),
        RoomRule(
            word: "Date()", hints: ["Date()", "Date.now"], pattern: #"\bDate\(\)|\bDate\.now\b"#,
            rooms: ["CommandKit", "Platform"],
            instead: "ask the clock"),
        RoomRule(
            word: "ProcessInfo", hints: ["ProcessInfo"], pattern: #"\bProcessInfo\b"#,
            rooms: ["CommandKit", "Platform"],
            instead: "ask Platform"),
        RoomRule(
            word: "FileManager.default", hints: ["FileManager.default"], pattern: #"\bFileManager\.default\b"#,
            rooms: ["CommandKit", "Platform"],
            instead: "use Platform's files"),
        RoomRule(
            word: "sleep", hints: ["sleep"], pattern: #"\bThread\.sleep\b|(?:^|[^\w.])(?:Glibc\.)?(?:u|nano)?sleep\("#,
            rooms: ["CommandKit", "Platform"], instead: "ask the clock"),
    ]

    func violations(in file: SourceTree.File) throws -> [String] {
        guard !rooms.contains(file.target) else { return [] }
        // Unicode sees no border in "ProcessInfo.processInfo".
        let expression = try Regex(pattern).wordBoundaryKind(.simple)
        return file.code.enumerated()
            .filter { line in hints.contains { line.element.contains($0) } && line.element.contains(expression) }
            .map { "\(file.path):\($0.offset + 1): \(word) has no place here; \(instead)" }
    }
}

@Suite("Rules of the house")
struct HouseRulesTests {
    @Test("What touches the outside world stays in its rooms", arguments: RoomRule.all)
    func wordsStayInTheirRooms(rule: RoomRule) throws {
        let found = try SourceTree.files(below: "Sources", ending: [".swift"]).flatMap(rule.violations(in:))
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }

    @Test(
        "The rules find what they look for, and only that",
        arguments: [
            ("    print(text)", ["print"]), ("exit(1)", ["exit"]), ("let now = Date()", ["Date()"]),
            ("Glibc.exit(0)", ["exit"]), ("usleep(10)", ["sleep"]), ("Thread.sleep(forTimeInterval: 1)", ["sleep"]),
            ("FileManager.default.currentDirectoryPath", ["FileManager.default"]),
            ("ProcessInfo.processInfo", ["ProcessInfo"]), ("fingerprint(of: x)", []), ("sink.print(x)", []),
            ("onExit(1)", []), ("// print(x)", []), ("\"print(x)\"", []), ("clock.sleep(for: x)", []),
        ])
    func rulesFind(line: String, words: [String]) throws {
        let file = SourceTree.File(path: "Sources/Backups/X.swift", lines: [line])
        #expect(try RoomRule.all.filter { try !$0.violations(in: file).isEmpty }.map(\.word) == words)
    }

    @Test("A promise that the compiler cannot check is explained beside it")
    func unsafePromisesAreExplained() throws {
        for file in try SourceTree.files(below: "Sources", ending: [".swift"]) {
            for (index, line) in file.code.enumerated()
            where line.contains("@unchecked Sendable") || line.contains("nonisolated(unsafe)") {
                let neighbours = file.lines[max(0, index - 1)...min(file.lines.count - 1, index + 1)]
                #expect(neighbours.contains { $0.contains("//") }, "\(file.path):\(index + 1): say why this is safe")
            }
        }
    }

    @Test("No source file is longer than 400 lines")
    func filesAreShort() throws {
        for folder in ["Sources", "Tests"] {
            for file in try SourceTree.files(below: folder, ending: [".swift", ".c", ".h"]) {
                #expect(file.lines.count <= 401, "\(file.path) has \(file.lines.count - 1) lines")
            }
        }
    }

    @Test("No committed file names a place of the machine it was written on")
    func committedFilesAreOfNoMachine() throws {
        guard let paths = try SourceTree.committedPaths() else { return }
        // Written so that this file does not hold what it looks for.
        let strange = try Regex("(?:^|[^\\w.])/wor" + "k/|\\.\\./shar" + "ed\\b")
        for path in paths {
            guard let text = try? SourceTree.text(of: path) else { continue }
            for (index, line) in text.components(separatedBy: "\n").enumerated() where line.contains(strange) {
                Issue.record("\(path):\(index + 1): \(line)")
            }
        }
    }
}
