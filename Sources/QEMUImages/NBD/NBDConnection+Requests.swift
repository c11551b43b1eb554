import CDynamicTables
import DebVisorCore

extension NBDConnection {
    /// Asks for bytes; they are there when the request is complete. The buffer stays valid until then or `close`.
    func startRead(_ buffer: UnsafeMutableRawPointer, _ count: Int, at offset: UInt64) throws -> Int64 {
        let cookie = libnbd.table.pointee.nbd_aio_pread(
            try live(), buffer, count, offset, nbd_completion_callback(), 0)
        guard cookie >= 0 else { throw fail("read") }
        return cookie
    }

    func startWrite(_ buffer: UnsafeRawPointer, _ count: Int, at offset: UInt64) throws -> Int64 {
        let cookie = libnbd.table.pointee.nbd_aio_pwrite(
            try live(), buffer, count, offset, nbd_completion_callback(), 0)
        guard cookie >= 0 else { throw fail("write") }
        return cookie
    }

    /// Returns when all that was written on any connection is on the disk.
    func flush() throws {
        let cookie = libnbd.table.pointee.nbd_aio_flush(try live(), nbd_completion_callback(), 0)
        guard cookie >= 0 else { throw fail("flush") }
        try complete(cookie, "flush")
    }

    private final class Answer {
        let context: String
        var entries: [UInt32] = []
        init(_ context: String) { self.context = context }
    }

    /// What the server says of the stretch from `offset`: lengths and flags of the connection's context in turn, perhaps
    /// for less than `count` bytes, perhaps for more.
    func blockStatus(at offset: UInt64, count: UInt64) throws -> [UInt32] {
        let answer = Answer(self.context)
        var callback = nbd_extent_callback()
        // Borrowed: `answer` lives until this function returns; after a failure the connection is closed before that.
        callback.user_data = Unmanaged.passUnretained(answer).toOpaque()
        callback.callback = { data, context, _, entries, count, _ in
            guard let data, let entries, let context else { return 0 }
            let answer = Unmanaged<Answer>.fromOpaque(data).takeUnretainedValue()
            guard String(cString: context) == answer.context else { return 0 }
            answer.entries = Array(UnsafeBufferPointer(start: entries, count: count))
            return 0
        }
        return try withExtendedLifetime(answer) {
            let cookie = libnbd.table.pointee.nbd_aio_block_status(
                try live(), count, offset, callback, nbd_completion_callback(), 0)
            guard cookie >= 0 else { throw fail("find the data of") }
            try complete(cookie, "find the data of")
            return answer.entries
        }
    }
}
