import CZstd
import DebVisorCore

/// zstd with one context reused; owned by one thread.
final class Compressor {
    private let context: OpaquePointer
    private let level: Int32

    init(level: Int32) throws {
        guard let context = ZSTD_createCCtx() else { throw Fault(.unavailable, "no memory for a compressor") }
        self.context = context
        self.level = level
    }

    deinit { ZSTD_freeCCtx(context) }

    static func bound(_ count: Int) -> Int { ZSTD_compressBound(count) }

    /// Bytes written to `target`, which holds at least `bound(source.count)`.
    func compress(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = ZSTD_compressCCtx(
            context, target.baseAddress, target.count, source.baseAddress, source.count, level)
        guard ZSTD_isError(count) == 0 else {
            throw Fault(.failed, "cannot compress", cause: String(cString: ZSTD_getErrorName(count)))
        }
        return count
    }
}

/// The other way; owned by one thread.
final class Decompressor {
    private let context: OpaquePointer

    init() throws {
        guard let context = ZSTD_createDCtx() else { throw Fault(.unavailable, "no memory for a decompressor") }
        self.context = context
    }

    deinit { ZSTD_freeDCtx(context) }

    /// True if `source` is one frame that fills `target` exactly.
    func decompress(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> Bool {
        ZSTD_decompressDCtx(context, target.baseAddress, target.count, source.baseAddress, source.count) == target.count
    }
}
