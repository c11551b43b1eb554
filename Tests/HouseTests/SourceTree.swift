import Foundation

/// The checkout that these tests were built from.
enum SourceTree {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    struct File: Sendable, CustomStringConvertible {
        /// Relative to the root, with slashes.
        var path: String
        var lines: [String]

        var description: String { path }
        /// The folder below Sources or Tests.
        var target: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
        var isSwift: Bool { path.hasSuffix(".swift") }
        /// Code without comments and without what stands between quotes, line by line.
        var code: [String] { lines.map(Self.code(of:)) }

        /// Good enough for this house, where swift-format refuses block comments; a `"` in a string is escaped.
        private static func code(of line: String) -> String {
            var result = ""
            var isQuoted = false
            var previous: Character = " "
            for character in line {
                if character == "\"" && previous != "\\" { isQuoted.toggle() }
                if !isQuoted && character == "/" && previous == "/" { return String(result.dropLast()) }
                if !isQuoted || character == "\"" { result.append(character) }
                previous = character
            }
            return result
        }
    }

    static func text(of path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// Every file below a folder whose name ends so, sorted by path.
    static func files(below folder: String, ending endings: [String]) throws -> [File] {
        let base = root.appendingPathComponent(folder)
        guard let walk = FileManager.default.enumerator(at: base, includingPropertiesForKeys: nil) else { return [] }
        return try walk.compactMap { $0 as? URL }
            .filter { url in endings.contains { url.lastPathComponent.hasSuffix($0) } }
            .map { folder + $0.path.dropFirst(base.path.count) }
            .sorted()
            .map { File(path: $0, lines: try text(of: $0).components(separatedBy: "\n")) }
    }

    /// What Git has under control, or nil where this is not a checkout (an unpacked archive).
    static func committedPaths() throws -> [String]? {
        let git = Process()
        git.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        git.arguments = ["git", "-C", root.path, "ls-files", "-z"]
        let output = Pipe()
        git.standardOutput = output
        git.standardError = FileHandle.nullDevice
        try git.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        git.waitUntilExit()
        guard git.terminationStatus == 0 else { return nil }
        return String(decoding: data, as: UTF8.self).split(separator: "\0").map(String.init)
    }
}
