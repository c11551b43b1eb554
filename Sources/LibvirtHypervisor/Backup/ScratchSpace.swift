import DebVisorCore
import Platform

/// Room for a job's scratch files. What a guest overwrites during its backup is copied to them first, and where there is no
/// room QEMU 7.2 stops the guest at that write: a job has to end before.
struct ScratchSpace: Sendable {
    /// Bytes that have to stay free in each directory.
    private let reserves: [String: UInt64]

    struct Shortage {
        var directory: String
        var free: UInt64
        var reserve: UInt64
    }

    /// A directory that is not seen from here is not looked after. - Parameter disks: with sizes where they are known.
    init(_ disks: [(directory: String, capacity: UInt64?)]) {
        var reserves: [String: UInt64] = [:]
        for (directory, those) in Dictionary(grouping: disks, by: \.directory) {
            guard let volume = try? Directory.space(at: directory) else { continue }
            let capacity = those.reduce(UInt64(0)) { $0.addingReportingOverflow($1.capacity ?? 1 << 50).partialValue }
            reserves[directory] = Self.reserve(ofVolume: volume.total, disks: capacity)
        }
        self.reserves = reserves
    }

    /// A twentieth of the volume, 64 MiB at least and 1 GiB at most; but no more than the disks could ever need.
    static func reserve(ofVolume bytes: UInt64, disks: UInt64) -> UInt64 {
        min(max(64 << 20, min(bytes / 20, 1 << 30)), disks)
    }

    /// The first directory that has less than its reserve.
    func shortage() -> Shortage? {
        for (directory, reserve) in reserves.sorted(by: { $0.key < $1.key }) {
            guard let free = try? Directory.freeBytes(at: directory), free < reserve else { continue }
            return Shortage(directory: directory, free: free, reserve: reserve)
        }
        return nil
    }
}
