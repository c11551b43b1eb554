import Glibc
import Platform
import Synchronization
import Testing

@testable import Anomalies

/// A file without a name, read from its beginning.
final class TemporaryFile {
    private let stream: UnsafeMutablePointer<FILE>

    var descriptor: Int32 { fileno(stream) }

    init(_ bytes: [UInt8]) throws {
        stream = try #require(tmpfile())
        try append(bytes)
    }

    deinit { fclose(stream) }

    func append(_ bytes: [UInt8]) throws {
        try #require(lseek(descriptor, 0, SEEK_END) >= 0)
        try #require(bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } == bytes.count)
        try #require(lseek(descriptor, 0, SEEK_SET) == 0)
    }
}

/// Input that comes a piece at a time, the next one when the scorer has asked for more.
enum SlowPipe {
    static func scored(_ input: [UInt8], piece: Int) throws -> [UInt8] {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let (reading, writing) = (ends[0], ends[1])
        defer { close(reading) }
        var place = 0
        func feed() throws {
            let end = min(place + piece, input.count)
            guard place < end else {
                if place == input.count { close(writing) }
                place = input.count + 1
                return
            }
            try #require(input[place..<end].withUnsafeBytes { write(writing, $0.baseAddress, $0.count) } == end - place)
            place = end
        }
        // Output comes before more input is waited for; whatever it is, it asks for the next piece. A piece without a whole
        // line has no output, so each is longer than a line.
        var output: [UInt8] = []
        try feed()
        _ = try CSVScorer(reading, name: "pipe", detector: AnomalyDetector()).run { bytes in
            output += bytes
            try feed()
        }
        return output
    }
}
