import Glibc
import TestSupport
import Testing

@testable import CommandKit

/// Ten thousand lines made of likely and unlikely words.
@Suite struct FuzzTests {
    static let words = [
        "vm", "host", "list", "ls", "show", "start", "delete", "rm", "disk", "watch", "help", "web", "db server", "",
        "-",
        "--", "---", "--=", "-=", "-", "-1", "-.5", "--state", "--state=running", "running", "--keep", "-k3", "-k", "3",
        "--keep=", "-o", "json", "-ojson", "--output=ndjson", "yaml", "tsv", "-n", "-y", "-vv", "-q", "-h", "--help",
        "--version", "--tree", "--bash", "--fields", "name,state", "--fields=", "--no-header", "--no-titles", "--tag",
        "a=b", "--password-file=-", "--missing-ok", "--dry-run", "--yes", "--color=never", "--state-dir", "/tmp", "é",
        "\u{1B}[m", "\u{0}", "--timeout", "9999999999999999999d", "broken", "--connect", "bad", "--timeout=0s", "-abc",
    ]

    static let stems: [[String]] = [
        [], ["vm"], ["vm", "list"], ["vm", "list"], ["vm", "show"], ["vm", "start", "db server"], ["vm", "start"],
        ["vm", "delete", "--password-file=-"], ["vm", "list", "--connect"],
    ]

    @Test func everyLineEndsWithAStatus() async {
        var random = SeededRandom(seed: 42)
        let program = demoProgram()
        var seen: [Int32: Int] = [:]
        for _ in 0..<(getenv("SOAK") == nil ? 3000 : 100_000) {
            var line = Self.stems.randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                line.append(Self.words.randomElement(using: &random) ?? "")
            }
            let outcome = await program.outcome(line)
            seen[outcome.status, default: 0] += 1
            #expect((0...9).contains(outcome.status), "\(line)")
            if outcome.status == 2 {
                #expect(outcome.errors.contains("error"), "\(line)")
            }
            #expect(!outcome.errors.contains("\u{1B}"), "\(line)")
            let found = program.complete(after: line.dropLast(), typing: line.last ?? "")
            #expect(
                found.kind != .words || found.candidates.allSatisfy { $0.hasPrefix(line.last ?? "") || line.last == "" }
            )
        }
        // The lines reach all there is: success, wrong lines, partial failures, missing objects, time-outs.
        #expect(Set([0, 2, 3, 4, 6, 8]).isSubset(of: seen.keys), "\(seen)")
    }

    @Test func aRenderedLineIsReadBack() throws {
        var random = SeededRandom(seed: 3)
        let texts = ["a", "", "-", "--", "-5", "x=y", "--keep", "db server", "-a", "é"]
        for _ in 0..<2000 {
            let keep = Int.random(in: 1...10, using: &random)
            let offset = Int.random(in: -100...100, using: &random)
            let tags = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                KeyValue("k", texts.randomElement(using: &random) ?? "")
            }
            let secret = texts.randomElement(using: &random) ?? ""
            let names = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                texts.filter { !$0.isEmpty }.randomElement(using: &random) ?? "a"
            }
            let detail = Int.random(in: 0...3, using: &random)
            var options = [["--keep=\(keep)"], ["--offset", "\(offset)"], ["--secret=\(secret)"]]
            options += tags.map { ["--tag=\($0.key)=\($0.value)"] }
            if detail > 0 { options.append(["-" + String(repeating: "d", count: detail)]) }
            options.shuffle(using: &random)
            let args = try Parsed<VMList.Inputs>(options.flatMap { $0 } + ["--"] + names)
            #expect(args.keep == keep)
            #expect(args.offset == offset)
            #expect(args.secret == secret)
            #expect(args.names == names)
            #expect(args.detail == detail)
            #expect(Set(args.tag) == Set(tags))
        }
    }
}
