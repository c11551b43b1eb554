import CommandKit
import DebVisorCore
import Metrics
import Platform

/// Where an import comes from.
struct ImportSource: Sendable {
    /// For messages: the path, or `standard input`.
    let name: String
    /// Bytes; nil for what is no regular file.
    let size: UInt64?
    private let file: File?

    /// - Throws: `notFound`, `denied`.
    init(_ path: String?) throws {
        guard let path, path != "-" else {
            (name, size, file) = ("standard input", nil, nil)
            return
        }
        let file = try File(path, .read)
        (name, self.file) = (path, file)
        size = FileStatus.inode(of: path) == nil ? nil : UInt64(try file.size)
    }

    /// What the ending of the name says.
    var impliedFormat: MetricFormat? {
        guard file != nil, let dot = name.lastIndex(of: ".") else { return nil }
        switch name[name.index(after: dot)...].lowercased() {
        case "om", "openmetrics", "prom": return .openmetrics
        case "lp", "influx": return .influx
        case "csv": return .csv
        case "ndjson", "jsonl": return .ndjson
        default: return nil
        }
    }

    /// - Parameters:
    ///   - stop: a descriptor that becomes readable when the person stops it.
    ///   - directory: where a pipe is read to its end first; nil: as it comes. There it has no name, so nothing of it stays.
    func input(
        until stop: Int32, spoolingIn directory: StateDirectory?, _ progress: ProgressTask
    ) throws -> ByteInput {
        let reader = InterruptibleReader(file?.descriptor ?? StandardInput.descriptor, until: stop, name: name)
        guard let directory, size == nil else {
            // The file is held open by this closure.
            return ByteInput(name) { [file] buffer in
                defer { withExtendedLifetime(file) {} }
                let count = try reader.read(into: buffer)
                progress.advance(by: UInt64(count))
                return count
            }
        }
        let spool = try Spool(in: directory) { buffer in
            let count = try reader.read(into: buffer)
            progress.advance(by: UInt64(count))
            return count
        }
        var offset = 0
        return ByteInput(name) { buffer in
            let count = try spool.file.read(into: buffer, at: offset)
            offset += count
            return count
        }
    }
}
