import Testing

@testable import LibvirtHypervisor

@Suite struct ScratchSpaceTests {
    private let mebibyte: UInt64 = 1 << 20

    @Test func aTwentiethOfTheVolumeStaysFreeWithinBounds() {
        func reserve(_ volume: UInt64, disks: UInt64 = 1 << 40) -> UInt64 {
            ScratchSpace.reserve(ofVolume: volume * mebibyte, disks: disks) / mebibyte
        }
        #expect(reserve(100) == 64)
        #expect(reserve(10 << 10) == 512)
        #expect(reserve(10 << 20) == 1024)
        #expect(reserve(10 << 10, disks: 8 * mebibyte) == 8)
    }

    @Test func aDirectoryThatIsNotSeenIsNotLookedAfter() {
        #expect(ScratchSpace([("/nothing/here", nil)]).shortage().map(\.directory) == nil)
    }

    @Test func sizesThatNobodyKnowsDoNotOverflow() {
        #expect(ScratchSpace(Array(repeating: ("/", nil), count: 1 << 14)).shortage()?.directory ?? "/" == "/")
    }
}
