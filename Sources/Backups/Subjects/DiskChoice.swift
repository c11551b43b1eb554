package import Hypervisor

/// How a backup reads one disk of a machine, decided from the definition alone.
package enum DiskChoice: Sendable, Equatable {
    /// Through the hypervisor's backup job: the machine runs.
    case job
    /// By its image file: the machine is off, or never writes it.
    case image
    /// Left out because somebody said so.
    case excluded
    /// Left out because we cannot do it justice.
    case skipped(String)
    /// A drive without a medium.
    case empty

    package init(_ disk: MachineDisk, isActive: Bool, excluded: Set<String>) {
        if disk.source == .none {
            self = .empty
        } else if excluded.contains(disk.target) {
            self = .excluded
        } else if let reason = Self.obstacle(disk, isActive: isActive) {
            self = .skipped(reason)
        } else {
            self = isActive && !disk.readOnly ? .job : .image
        }
    }

    private static func obstacle(_ disk: MachineDisk, isActive: Bool) -> String? {
        switch disk.device {
        case .cdrom: return "a medium in a cdrom drive is not the machine's data"
        case .floppy: return "a medium in a floppy drive is not the machine's data"
        case .lun: return "a passed-through device cannot be read at one instant"
        case .disk: break
        }
        if disk.shareable { return "shareable: other machines may write it at the same time" }
        if disk.transient { return "transient: its changes are thrown away when the machine stops" }
        switch disk.source {
        case .file, .block, .volume: return nil
        case .network(let kind, _): return "a network disk (\(kind)) is not read by this version"
        case .other(let kind): return "a disk of type '\(kind)' is not read by this version"
        case .none: return "no medium"
        }
    }
}

extension DiskChoice {
    /// The reason recorded for a disk that the command line left out.
    package static let exclusionReason = "excluded on the command line"
}
