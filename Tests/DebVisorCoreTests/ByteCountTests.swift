import DebVisorCore
import Testing

@Suite struct ByteCountTests {
    @Test(arguments: [
        (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1536, "1.5 KiB"), (10 << 20, "10 MiB"),
        (4 << 30, "4.0 GiB"), (UInt64.max, "15 EiB"),
    ])
    func isShownInBinaryUnits(_ bytes: UInt64, _ text: String) { #expect(ByteCount(bytes).description == text) }
}
