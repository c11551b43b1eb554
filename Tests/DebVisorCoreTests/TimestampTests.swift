import DebVisorCore
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2000-02-29T12:34:56Z", 951_827_696_000), ("1969-12-31T23:59:59Z", -1000),
        ("2026-11-24T18:01:22Z", 1_795_543_282_000), ("2400-02-29T00:00:00Z", 13_574_563_200_000),
    ])
    func rendersAndParsesBack(_ text: String, _ milliseconds: Int64) {
        #expect(Timestamp(milliseconds: milliseconds).description == text)
        #expect(Timestamp(rfc3339: text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        ("2026-01-01T01:00:00+01:00", "2026-01-01T00:00:00Z"), ("2026-01-01T00:00:00.25Z", "2026-01-01T00:00:00Z"),
    ])
    func takesOffsetsAndFractions(_ text: String, _ utc: String) {
        #expect(Timestamp(rfc3339: text)?.description == utc)
    }

    @Test(arguments: [
        "", "2026-01-01", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-01-01T24:00:00Z",
        "2026-01-01T00:00:00", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00Zx",
    ])
    func refuses(_ text: String) { #expect(Timestamp(rfc3339: text) == nil) }
}
