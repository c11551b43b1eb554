import Foundation
import Testing

/// What changes the disk has a name under which a test can end the process: nothing else does, and all names are walked.
@Suite("Changes of the disk")
struct DiskStepTests {
    @Test("Nothing changes the disk but through DiskStep, and every exception is needed")
    func nothingChangesTheDiskElsewhere() throws {
        let found = try SwiftText.sources.get().flatMap(RawChange.all(in:))
        var unused = RawChangeException.all.map { "Sources/\($0.path): \($0.word)" }
        for change in found {
            let name = "\(change.path): \(change.word)"
            if RawChangeException.all.contains(where: { "Sources/\($0.path): \($0.word)" == name }) {
                unused.removeAll { $0 == name }
            } else {
                Issue.record("\(change)")
            }
        }
        #expect(unused.isEmpty, "exceptions that nothing needs: \(unused)")
    }

    @Test(
        "Changes are found, and only they",
        arguments: [
            ("Backups/X", "unlink(path)", ["unlink"]), ("Backups/X", "_ = Glibc.rename(a, b)", ["rename"]),
            ("Backups/X", "if fsync(descriptor) != 0 {}", ["fsync"]),
            ("Platform/X", "fdatasync(descriptor)", ["fdatasync"]),
            ("Backups/X", "let file = open(path, O_RDWR | O_CREAT, 0o600)", ["open"]),
            ("Backups/X", "let file = open(path, O_RDONLY)", []), ("Backups/X", "try remove(path)", []),
            ("Backups/X", "_ = try? write(full)", []), ("Backups/X", "file.write(x, at: 0)", []),
            ("Backups/X", "write(value, into: &text)", []), ("Backups/X", "// unlink(path)", []),
            ("Backups/X", "\"unlink(path)\"", []), ("Backups/X", "\"\\(unlink(path))\"", ["unlink"]),
            ("Backups/X", "try Data(bytes).write(to: url)", ["write"]),
            ("Backups/X", "manager.removeItem(atPath: path)", ["removeItem"]),
            ("Backups/X", "func write(_ x: Int) {}", []),
            ("Platform/X", "try DiskStep.perform(.unlink, purpose, .unlink(path)) { unlink(path) }", []),
            ("Backups/X", "try DiskStep.perform(.unlink, \"x\", .unlink(path)) { unlink(path) }", ["unlink"]),
            ("Platform/X", "try DiskStep.perform(.sync, purpose, .sync(p)) { 1 }; fsync(d)", ["fsync"]),
            ("Storage/X", "try DiskStep.commit(purpose) { try queue.write(body) }", []),
            ("Storage/X", "try queue.write(body)", ["write"]), ("Backups/X", "child.write(to: &text)", []),
            ("Backups/X", "deinit { remove() }", []),
        ])
    func changesAreFound(place: String, code: String, words: [String]) {
        #expect(RawChange.all(in: SwiftText(path: "Sources/\(place).swift", code)).map(\.word) == words)
    }

    /// `Tests/EndToEnd/disk-steps` says of each step whether `crash.sh` walks it; the script fails if it does not.
    @Test("Every step of the sources is in the list that crash.sh walks, and no other")
    func stepsAreListed() throws {
        let calls = try PurposeCalls(SwiftText.sources.get().filter(\.isSwift))
        #expect(calls.unclear.isEmpty, "\(calls.unclear.joined(separator: "\n"))")
        let listed = Set(
            try SourceTree.text(of: "Tests/EndToEnd/disk-steps").split(separator: "\n")
                .filter { !$0.hasPrefix("#") }.compactMap { $0.split(separator: " ").first.map(String.init) })
        let steps = calls.steps
        #expect(steps.count > 80)
        let (missing, gone) = (steps.subtracting(listed).sorted(), listed.subtracting(steps).sorted())
        #expect(missing.isEmpty, "add to Tests/EndToEnd/disk-steps:\n\(missing.joined(separator: "\n"))")
        #expect(gone.isEmpty, "no source does this any more:\n\(gone.joined(separator: "\n"))")
    }

    @Test("Purposes are followed through functions that pass them on")
    func purposesAreFollowed() throws {
        let platform = SwiftText(
            path: "Sources/Platform/X.swift",
            """
            enum DiskStep { static func perform(_ o: Operation, _ purpose: StaticString, _ body: () -> Void) {} }
            enum Directory {
                static func remove(_ path: String, _ purpose: StaticString) { DiskStep.perform(.unlink, purpose) { f() } }
                static func renew(_ path: String, again: Bool = false, _ purpose: StaticString) {
                    remove(path, purpose)
                    DiskStep.perform(.sync, purpose) {}
                }
            }
            """)
        func steps(_ code: String) throws -> (Set<String>, unclear: Int) {
            let backups = SwiftText(path: "Sources/Backups/Y.swift", "import Platform\nstruct Y {\n\(code)\n}")
            let calls = try PurposeCalls([platform, backups])
            return (calls.steps, calls.unclear.count)
        }
        #expect(try steps(#"Directory.remove("a", "pack")"#) == (["pack.unlink"], 0))
        #expect(try steps("Directory.renew(\n  a,\n  again: true,\n  \"pack\")") == (["pack.unlink", "pack.sync"], 0))
        #expect(
            try steps(
                "func put(_ x: Int, _ purpose: StaticString) { Directory.remove(p, purpose) }\nfunc f() { put(1, \"x\") }"
            )
                == (["x.unlink"], 0))
        #expect(try steps(#"Directory.remove("a", isOne ? "b" : "c")"#).unclear == 1)
        #expect(try steps(#"names.forEach(Directory.remove)"#).unclear == 1)
        #expect(try steps(#"let label: StaticString = "x""#).unclear == 1)
        #expect(try steps(#"element.remove("source")"#) == ([], 0))
    }
}
