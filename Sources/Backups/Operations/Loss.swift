/// Something that a backup can no longer give back.
package struct Loss: Sendable, Equatable {
    /// The disk's target, or the name of a small file.
    package var part: String
    /// Bytes of the disk; nil for a small file.
    package var range: Range<UInt64>?
    package var reason: LossReason
    /// Other backups that have lost the same, as NAME@TIME, oldest first; empty where nobody looked for them.
    package var sharedBy: [String]

    package init(part: String, range: Range<UInt64>?, reason: LossReason, sharedBy: [String] = []) {
        self.part = part
        self.range = range
        self.reason = reason
        self.sharedBy = sharedBy
    }
}

/// Why something is lost.
package enum LossReason: Sendable, Equatable, CustomStringConvertible {
    /// No segment names it, or its packs are gone.
    case absent
    /// A pack is bad in itself.
    case badPack(String, reason: String)
    /// The pack is there, but not what it should hold.
    case badData(pack: String)
    /// It is there and means nothing: written by a program with a defect.
    case malformed

    package var description: String {
        switch self {
        case .absent: "no pack holds it"
        case .badPack(let pack, let reason): "pack \(pack): \(reason)"
        case .badData(let pack): "its data in pack \(pack) is damaged"
        case .malformed: "what the repository has of it makes no sense"
        }
    }
}

extension [Loss] {
    /// Adds a loss that begins where the last one of the same kind ends to that one.
    mutating func join(_ loss: Loss) {
        if let last, last.part == loss.part, last.reason == loss.reason, last.sharedBy == loss.sharedBy,
            let before = last.range, let range = loss.range, before.upperBound == range.lowerBound
        {
            self[count - 1].range = before.lowerBound..<range.upperBound
        } else {
            append(loss)
        }
    }

    /// In order of part and place, neighbours joined.
    var joined: [Loss] {
        sorted { ($0.part, $0.range?.lowerBound ?? 0) < ($1.part, $1.range?.lowerBound ?? 0) }
            .reduce(into: []) { $0.join($1) }
    }
}
