import DebVisorCore
import Testing

@testable import Metrics

/// How imports end that do not end well, and what is said of odd times.
@Suite struct ImportEndTests {
    @Test func linesThatSayDifferentTypesOfOneSeriesAreRefused() throws {
        for (format, text, line) in [
            (MetricFormat.csv, "name,type,timestamp,value\nm,gauge,1,1\nm,counter,2,2\n", 3),
            (
                .ndjson,
                "{\"name\":\"m\",\"type\":\"gauge\",\"timestamp\":1,\"value\":1}\n{\"name\":\"m\",\"type\":\"counter\",\"timestamp\":2,\"value\":1}\n",
                2
            ),
        ] {
            let fixture = try MetricFixture()
            let fault = #expect(throws: Fault.self) {
                try fixture.store.importSamples(from: ByteInput("in", bytes: Array(text.utf8)), format)
            }
            #expect(fault?.message.hasPrefix("in:\(line):") == true, "\(String(describing: fault))")
            #expect(fault?.message.contains("is a gauge, not a counter") == true)
            #expect(try fixture.read("m").count == 1)
        }
    }

    /// A pipe that breaks, or a person who stops it: `how` is thrown after two lines.
    @Test(arguments: [false, true]) func whatCameBeforeReadingEndedIsKept(isAtomic: Bool) throws {
        let ends: [any Error] = [CancellationError(), Fault(.failed, "cannot read 'pipe'", hint: "look at it")]
        for end in ends {
            let fixture = try MetricFixture()
            var text: String? = "m 1 1\nm 2 2\nm 3"
            let input = ByteInput("pipe") { buffer in
                guard let piece = text else { throw end }
                text = nil
                buffer.copyBytes(from: piece.utf8)
                return piece.utf8.count
            }
            var options = ImportOptions()
            options.isAtomic = isAtomic
            let fault = #expect(throws: Fault.self) {
                try fixture.store.importSamples(from: input, .openmetrics, options)
            }
            #expect(fault?.message.contains("'pipe'") == true)
            #expect(fault?.hint?.hasSuffix(isAtomic ? "nothing is stored" : "stored (2 samples)") == true)
            #expect(try fixture.store.series().count == (isAtomic ? 0 : 1))
        }
    }

    @Test func timesAheadAreCounted() throws {
        let fixture = try MetricFixture()
        var options = ImportOptions()
        options.present = Timestamp(milliseconds: 5000)
        let text = "m 1 1\nm 2 5\nm 3 5.001\nm 4 9\n# EOF\n"
        let report = try fixture.store.importSamples(
            from: ByteInput("in", bytes: Array(text.utf8)), .openmetrics, options)
        #expect([report.samples, report.future, report.firstFuture] == [4, 2, 3])
    }
}
