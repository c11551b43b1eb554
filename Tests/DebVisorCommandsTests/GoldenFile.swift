import Foundation
import Testing

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
