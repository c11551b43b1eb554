import DebVisorCore

/// The name of a job: letters, digits, `.`, `_`, `-` and `@`, at most 64 bytes, beginning with a letter or digit.
///
/// It goes as it is into environments and the names of control groups.
package struct JobName: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let text: String

    /// - Throws: `usage` if it cannot be the name of a job.
    package init(_ text: String) throws {
        let isPlain = { (byte: UInt8) in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: false
            }
        }
        let marks = Array("._-@".utf8)
        guard let first = text.utf8.first, isPlain(first), text.utf8.count <= 64,
            text.utf8.allSatisfy({ isPlain($0) || marks.contains($0) })
        else {
            throw Fault(
                .usage, "'\(text)' cannot be the name of a job",
                hint: "a name has letters, digits, '.', '_', '-' and '@', and begins with a letter or digit")
        }
        self.text = text
    }

    /// A name that the store has accepted before.
    init(stored text: String) { self.text = text }

    package var description: String { text }
    package static func < (a: JobName, b: JobName) -> Bool { a.text < b.text }
}
