import Glibc

/// From the bytes that an input writes for a series to the series' slot: a hash table over a growing store of keys, with
/// a guess in front of it, because series mostly follow each other in the same order.
struct KeyCache: ~Copyable {
    private struct Entry {
        var offset: Int
        var count: Int32
        var slot: UInt32
        /// The entry that came after this one last time.
        var next: Int32
    }

    private var bytes: UnsafeMutablePointer<UInt8>
    private var (used, room): (Int, Int) = (0, 4096)
    private var entries: [Entry] = []
    private var table: [Int32]
    private var last: Int32 = -1

    init() {
        bytes = .allocate(capacity: room)
        table = Array(repeating: -1, count: 1024)
    }

    deinit { bytes.deallocate() }

    /// The slot of the series whose key the line most likely begins with, and the key's length.
    /// - Parameter isWhole: whether a key of so many bytes may end there.
    @inline(__always)
    mutating func guess(_ line: UnsafePointer<UInt8>, count: Int, isWhole: (Int) -> Bool) -> (slot: UInt32, count: Int)?
    {
        guard last >= 0 else { return nil }
        // The same series again, or the one that followed it.
        if let found = matches(last, line, count), isWhole(found.count) { return found }
        let next = entries[Int(last)].next
        guard next >= 0, let found = matches(next, line, count), isWhole(found.count) else { return nil }
        last = next
        return found
    }

    @inline(__always)
    private func matches(_ index: Int32, _ line: UnsafePointer<UInt8>, _ count: Int) -> (slot: UInt32, count: Int)? {
        let entry = entries[Int(index)]
        let length = Int(entry.count)
        guard length < count, memcmp(line, bytes + entry.offset, length) == 0 else { return nil }
        return (entry.slot, length)
    }

    mutating func find(_ key: UnsafeBufferPointer<UInt8>) -> UInt32? {
        var place = Int(truncatingIfNeeded: hash(key)) & (table.count - 1)
        while table[place] >= 0 {
            let entry = entries[Int(table[place])]
            if Int(entry.count) == key.count, let base = key.baseAddress,
                memcmp(base, bytes + entry.offset, key.count) == 0
            {
                follow(table[place])
                return entry.slot
            }
            place = (place &+ 1) & (table.count - 1)
        }
        return nil
    }

    /// Beyond so many bytes of keys all are forgotten, and looked up anew: an input has few series, or few of its lines
    /// are alike anyway.
    private static let most = 16 << 20

    private mutating func removeAll() {
        (used, last) = (0, -1)
        entries.removeAll(keepingCapacity: true)
        for index in table.indices { table[index] = -1 }
    }

    /// A key that is not there yet.
    mutating func insert(_ key: UnsafeBufferPointer<UInt8>, _ slot: UInt32) {
        if used + key.count > Self.most { removeAll() }
        if used + key.count > room {
            room = max(room * 2, used + key.count)
            let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: room)
            larger.update(from: bytes, count: used)
            bytes.deallocate()
            bytes = larger
        }
        if let base = key.baseAddress { (bytes + used).update(from: base, count: key.count) }
        entries.append(Entry(offset: used, count: Int32(key.count), slot: slot, next: -1))
        used += key.count
        if entries.count * 2 > table.count {
            table = Array(repeating: -1, count: table.count * 4)
            for index in entries.indices { place(Int32(index)) }
        } else {
            place(Int32(entries.count - 1))
        }
        follow(Int32(entries.count - 1))
    }

    private mutating func follow(_ entry: Int32) {
        if last >= 0 { entries[Int(last)].next = entry }
        last = entry
    }

    private mutating func place(_ index: Int32) {
        let entry = entries[Int(index)]
        var place = Int(
            truncatingIfNeeded: hash(UnsafeBufferPointer(start: bytes + entry.offset, count: Int(entry.count))))
        place &= table.count - 1
        while table[place] >= 0 { place = (place &+ 1) & (table.count - 1) }
        table[place] = index
    }

    private func hash(_ key: UnsafeBufferPointer<UInt8>) -> UInt64 { XXHash64.of(UnsafeRawBufferPointer(key)) }
}
