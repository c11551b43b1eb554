import Glibc
import Testing

/// Compares text with a committed file beside the tests; `RECORD=1` writes the files anew.
func expectGolden(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let directory = String(#filePath.dropLast("/GoldenFile.swift".count)) + "/Golden"
    let path = "\(directory)/\(name)"
    if getenv("RECORD") != nil {
        let file = try #require(fopen(path, "w"), sourceLocation: sourceLocation)
        fputs(text, file)
        fclose(file)
    }
    let file = try #require(fopen(path, "r"), "\(path) is missing; RECORD=1 writes it", sourceLocation: sourceLocation)
    defer { fclose(file) }
    var bytes: [UInt8] = []
    while case let byte = fgetc(file), byte != EOF { bytes.append(UInt8(byte)) }
    #expect(text == String(decoding: bytes, as: UTF8.self), "differs from \(name)", sourceLocation: sourceLocation)
}
