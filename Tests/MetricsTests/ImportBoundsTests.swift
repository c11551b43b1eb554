import DebVisorCore
import GRDB
import Storage
import TestSupport
import Testing

@testable import Metrics

/// Inputs without end, and disks with one.
@Suite struct ImportBoundsTests {
    /// Lines that are made as they are read: a hundred to a block.
    static func endless(_ line: @escaping (Int) -> String) -> ByteInput {
        var number = 0
        return ByteInput("endless") { buffer in
            let text = (0..<100).map { line(number + $0) }.joined()
            number += 100
            buffer.copyBytes(from: text.utf8)
            return text.utf8.count
        }
    }

    @Test func everNewSeriesEndAtTheLimit() throws {
        let fixture = try MetricFixture(seriesLimit: 25_000)
        let fault = #expect(throws: Fault.self) {
            try fixture.store.importSamples(from: Self.endless { "a{id=\"\($0)\"} 1 1\n" }, .openmetrics)
        }
        #expect(fault?.message.hasPrefix("endless:25001: ") == true, "\(String(describing: fault))")
        #expect(try fixture.store.series().count == 25_000)
    }

    @Test func aLineWithoutEndIsRefused() throws {
        let fixture = try MetricFixture()
        for format in MetricFormat.allCases {
            let fault = #expect(throws: Fault.self) {
                try fixture.store.importSamples(
                    from: Self.endless { _ in "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" }, format)
            }
            #expect(fault?.message.hasPrefix("endless:1:1: a line is longer") == true)
        }
    }

    @Test(arguments: [false, true]) func aFullDiskLosesNothingThatWasStored(isAtomic: Bool) throws {
        let fixture = try MetricFixture()
        try fixture.add("old", [(1, 1), (2, 2)])
        try fixture.store.store.write("test") { try $0.execute(sql: "PRAGMA max_page_count = 400") }
        var options = ImportOptions()
        options.isAtomic = isAtomic
        var random = SeededRandom(seed: 1)
        let values = (0..<1000).map { _ in Double.random(in: 0...1, using: &random) }
        let fault = #expect(throws: Fault.self) {
            try fixture.store.importSamples(
                from: Self.endless { "a{n=\"\($0 % 7)\"} \(values[$0 % 1000] + Double($0)) \($0)\n" }, .openmetrics,
                options)
        }
        #expect(fault?.message.hasPrefix("no space left") == true, "\(String(describing: fault))")
        try fixture.reopen()
        #expect(try fixture.read("old").map(\.value) == [1, 2])
        let check = try fixture.store.store.read { try String.fetchAll($0, sql: "PRAGMA integrity_check") }
        #expect(check == ["ok"])
        if isAtomic { #expect(try fixture.store.series().count == 1) }
    }

    @Test func anAtomicImportIsOneTransaction() throws {
        let fixture = try MetricFixture()
        var options = ImportOptions()
        options.isAtomic = true
        let text = (0..<30_000).map { "a{n=\"\($0 % 12_000)\"} \($0) \($0)\n" }.joined()
        #expect(throws: Fault.self) { try fixture.import(text + "# EO", .openmetrics, options) }
        #expect(try fixture.store.series().isEmpty)
        #expect(try fixture.import(text + "# EOF", .openmetrics, options).samples == 30_000)
        #expect(try fixture.store.series().count == 12_000)
    }

    /// More bytes of names than are kept in memory: what was forgotten is found again.
    @Test func longTagsAreForgottenInTime() throws {
        let fixture = try MetricFixture()
        let long = String(repeating: "x", count: 1000)
        let tags = (0..<20).map { "t\($0)=\"\(long)\"" }.joined(separator: ",")
        var text: [String] = []
        for round in 0..<2 { for number in 0..<900 { text.append("a{n=\"\(number)\",\(tags)} 1 \(round)\n") } }
        let report = try fixture.import(text.joined() + "# EOF\n", .openmetrics)
        #expect(report.series == 900 && report.samples == 1800 && report.duplicates == 0)
    }
}
