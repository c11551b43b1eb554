import Foundation
import Testing

@testable import CommandKit

/// The checkout that holds these tests.
let projectDirectory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

/// Compares text with a committed file; `RECORD=1` writes the files anew.
func expectGolden(_ text: String, _ path: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let file = projectDirectory.appendingPathComponent(path)
    if getenv("RECORD") != nil { try Data(text.utf8).write(to: file) }
    let recorded = try? String(contentsOf: file, encoding: .utf8)
    #expect(text == recorded, "differs from \(path); RECORD=1 writes it anew", sourceLocation: sourceLocation)
}

/// As `expectGolden`, for files beside the tests.
func expectGoldenRecord(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    try expectGolden(text, "Tests/DebVisorCommandsTests/Golden/\(name)", sourceLocation: sourceLocation)
}

/// JSON as a list, the table, and the first record alone as a person sees it.
func expectGoldenRecords<R: Record>(
    _ records: [R], _ name: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let table = RecordTable(records)
    let detail = DetailText(table: TableText()).text(RecordTable(Array(records.prefix(1))))
    try expectGoldenRecord(
        JSONText.pretty(.list(table.rows.map(table.object))), "\(name).json", sourceLocation: sourceLocation)
    try expectGoldenRecord(TableText().text(table), "\(name).table", sourceLocation: sourceLocation)
    try expectGoldenRecord(detail, "\(name).detail", sourceLocation: sourceLocation)
}
