import Testing

@testable import CommandKit

/// Strings and numbers that break naive writers.
struct Nasty: Record {
    var name: String
    var double: Double?
    var seconds: Double?
    var bytes: UInt64?
    var at: Int64?
    var tags: [String: String]?

    static let fields: [Field<Nasty>] = [
        .string("name", "Name") { $0.name },
        .bool("is_long", "Whether it is long") { $0.name.count > 4 },
        .double("ratio", "A ratio") { $0.double },
        .seconds("wait_seconds", "A wait") { $0.seconds },
        .bytes("size_bytes", "A size") { $0.bytes },
        .timestamp("created_at", "An instant") { $0.at },
        .map("tags", "Tags") { $0.tags },
        .records("disks", "Disks") { _ in [Disk(target: "vd\ta", size: 1)] },
        .record("boot", "Disk of start") { $0.name.isEmpty ? nil : Disk(target: "true", size: .max) },
    ]

    static let all = [
        Nasty(name: "plain", double: 1.5, seconds: 125, bytes: 1536 << 20, at: 0, tags: ["b": "2", "a": "no"]),
        Nasty(name: "", double: .nan, seconds: .infinity, bytes: nil, at: nil, tags: nil),
        Nasty(
            name: "tab\tnew\nline\\quote\"'\r\u{0}\u{1B}[31m\u{7F}\u{85}", double: 0.1, seconds: 0.0004, bytes: .max,
            at: -1, tags: [:]),
        Nasty(name: "yes", double: 1e-7, seconds: 3.14159, bytes: 0, at: 253_402_300_799_000, tags: ["": ""]),
        Nasty(
            name: "日本語 e\u{301} 👩‍👩‍👧 \u{202E}rtl", double: 1e100, seconds: 59.96, bytes: 1023 << 10, at: 1_795_543_282_125,
            tags: ["k:": "- x"]),
        Nasty(name: "1e3", double: -0.0, seconds: 93_784, bytes: 1_048_575, at: 951_782_400_000, tags: ["~": "# c"]),
        Nasty(name: "# no: comment", double: 3, seconds: 4000, bytes: 10, at: 1, tags: ["null": "null"]),
    ]
}

@Suite struct RenderingTests {
    let nasty = RecordTable(Nasty.all)

    @Test func tables() throws {
        try expectGolden(TableText().text(nasty), "nasty.table")
        try expectGolden(TableText(width: 60, now: 1_795_543_282_000).text(nasty), "nasty.terminal")
        try expectGolden(TableText(hasHeader: false).text(RecordTable(VM.all)), "vm-no-header.table")
        #expect(TableText().text(RecordTable([VM]())) == "NAME  STATE  MEMORY  CREATED  TAGS\n")
    }

    /// The name of a row is what a person copies into the next command.
    @Test func theFirstColumnIsCutLast() {
        let long = VM(
            name: "a-machine-with-a-long-name", tags: ["some", "tags", "that", "take", "a", "lot", "of", "room"])
        let lines = TableText(width: 80, now: 1_795_543_282_000).text(RecordTable([long])).split(separator: "\n")
        #expect(lines.allSatisfy { $0.hasPrefix("NAME") || $0.hasPrefix(long.name) })
        #expect(lines.allSatisfy { TextWidth.of(String($0)) <= 80 })
        #expect(TableText(width: 40).text(RecordTable([long])).contains("a-machi…"))
    }

    @Test func aTerminalIsNeitherSteeredNorOverflowed() {
        let text = TableText(width: 60, now: 0).text(nasty)
        #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || ($0.value >= 32 && !(127..<160).contains($0.value)) })
        #expect(text.split(separator: "\n").allSatisfy { TextWidth.of(String($0)) <= 100 })
    }

    @Test func oneRecord() throws {
        let one = RecordTable([Nasty.all[2]])
        try expectGolden(DetailText(table: TableText()).text(one), "nasty.detail")
        try expectGolden(
            DetailText(table: TableText(width: 80, now: 1_795_543_282_000)).text(RecordTable([VM.all[0]])), "vm.detail")
    }

    @Test func json() throws {
        try expectGolden(JSONText.pretty(.list(nasty.rows.map(nasty.object))), "nasty.json")
        try expectGolden(nasty.rows.map { JSONText.compact(nasty.object($0)) }.joined(), "nasty.ndjson")
    }

    @Test func yaml() throws { try expectGolden(YAMLText.text(.list(nasty.rows.map(nasty.object))), "nasty.yaml") }

    @Test func tsv() throws {
        let text = TSVText.text(nasty, hasHeader: true)
        try expectGolden(text, "nasty.tsv")
        let lines = text.split(separator: "\n")
        #expect(lines.count == 1 + nasty.rows.count)
        #expect(lines.allSatisfy { $0.utf8.filter { $0 == UInt8(ascii: "\t") }.count == nasty.fields.count - 1 })
    }

    @Test func emptyThings() {
        #expect(JSONText.pretty(.list([])) == "[]\n")
        #expect(YAMLText.text(.list([])) == "[]\n")
        #expect(TSVText.text(RecordTable([Disk]()), hasHeader: true) == "target\tsize_bytes\n")
        #expect(JSONText.pretty(.object([])) == "{}\n")
    }

    @Test(
        arguments: [
            (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1536, "1.5 KiB"), (10_239, "10 KiB"),
            (1_048_575, "1.0 MiB"),
            (1 << 30, "1.0 GiB"), (75 << 20, "75 MiB"), (UInt64.max, "16 EiB"),
        ] as [(UInt64, String)])
    func bytes(_ bytes: UInt64, _ text: String) { #expect(UnitText.bytes(bytes) == text) }

    @Test(
        arguments: [
            (0, "0.0 s"), (0.25, "0.25 s"), (3.14, "3.1 s"), (59.94, "59.9 s"), (59.96, "1m00s"), (125, "2m05s"),
            (3599.6, "1h00m"), (11_520, "3h12m"), (457_200, "5d07h"), (-3, "-3.0 s"),
        ] as [(Double, String)])
    func seconds(_ seconds: Double, _ text: String) { #expect(UnitText.seconds(seconds) == text) }

    @Test(
        arguments: [
            (0, "now"), (999, "now"), (1000, "1s ago"), (-90_000, "in 1m"), (7_200_000, "2h ago"),
            (86_400_000 * 3, "3d ago"), (86_400_000 * 90, "3mo ago"), (86_400_000 * 800, "2y ago"),
        ] as [(Int64, String)])
    func ages(_ before: Int64, _ text: String) {
        let now: Int64 = 1_000_000_000_000
        #expect(TimeText.age(now - before, now: now) == text)
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59.999Z"), (951_782_400_000, "2000-02-29T00:00:00Z"),
            (1_795_543_282_125, "2026-11-24T18:01:22.125Z"), (253_402_300_799_000, "9999-12-31T23:59:59Z"),
        ] as [(Int64, String)])
    func instants(_ milliseconds: Int64, _ text: String) { #expect(TimeText.rfc3339(milliseconds) == text) }

    @Test(arguments: [("abc", 3), ("日本", 4), ("e\u{301}", 1), ("👩‍👩‍👧", 2), ("❤\u{FE0F}", 2), ("\u{200B}", 0), ("", 0)])
    func widths(_ text: String, _ width: Int) { #expect(TextWidth.of(text) == width) }

    @Test func cutsBetweenCharacters() {
        #expect(TextWidth.truncated("日本語", to: 4) == "日…")
        #expect(TextWidth.truncated("abcdef", to: 4) == "abc…")
        #expect(TextWidth.truncated("abcd", to: 4) == "abcd")
    }
}
