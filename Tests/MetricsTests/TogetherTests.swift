import DebVisorCore
import Platform
import Storage
import Testing

@testable import Metrics

/// Several at work on one store, as processes are: each opens it by itself.
@Suite struct TogetherTests {
    @Test func nobodysSamplesAreLost() throws {
        let fixture = try MetricFixture()
        let state = fixture.state
        try Worker.run(4) { number in
            let store = MetricStore(try Store.open(MetricStore.store, in: state))
            for round in 0..<25 as Range<Int64> {
                if round % 5 == 0 {
                    let writer = SampleWriter(store)
                    let slot = try writer.slot(of: try MetricFixture.request("shared"))
                    try writer.append(slot, round * 4 + Int64(number), 1.0.bitPattern)
                    try writer.flush()
                } else {
                    try store.append([
                        NewSample(
                            try MetricFixture.request("shared"),
                            Sample(Timestamp(milliseconds: round * 4 + Int64(number)), 1))
                    ])
                }
                if round == 12, number == 0 { _ = try store.compact() }
            }
        }
        #expect(try fixture.read("shared").map(\.time.milliseconds) == Array(0..<100))
    }

    /// Whoever goes on writing to a series that somebody deleted is refused; its samples do not end in another one.
    @Test func aDeletedSeriesIsNotMistakenForANewOne() throws {
        let fixture = try MetricFixture()
        let writer = SampleWriter(fixture.store)
        let slot = try writer.slot(of: try MetricFixture.request("old"))
        try writer.append(slot, 1, 1.0.bitPattern)
        try writer.flush()
        try fixture.store.delete(SeriesSelection(try MetricName("old")))
        try fixture.add("new", [(1, 2)])
        try writer.append(slot, 2, 1.0.bitPattern)
        let fault = #expect(throws: Fault.self) { try writer.flush() }
        #expect(fault?.kind == .conflict)
        #expect(try fixture.read("new").map(\.value) == [2])
    }

    /// A reader sees the tail over the chunks, whoever moves one into the other meanwhile.
    @Test func aTailThatIsFullBecomesChunks() throws {
        let fixture = try MetricFixture()
        for round in 0..<1100 as Range<Int64> { try fixture.add("m", [(round % 700, Double(round))]) }
        let samples = try fixture.read("m")
        #expect(samples.count == 700 && samples.first?.value == 700 && samples.last?.value == 699)
        #expect(try fixture.chunks().map(\.count) == [700])
    }
}
