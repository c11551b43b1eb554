import DebVisorCore

extension Snapshot {
    /// A record as its object says it, with nothing in it that a reader would have to doubt later: a root or chunk that
    /// is no id would look like a disk that was left out, or a file that is shorter than it was.
    ///
    /// - Throws: `attention`, naming the object.
    init(json: [UInt8], of objectName: String) throws {
        self = try JSON.decode(Snapshot.self, from: json, of: objectName)
        guard self.objectName == objectName else {
            throw Fault(.attention, "'\(objectName)' names another backup inside")
        }
        if let problem {
            throw Fault(.attention, "'\(objectName)' in the repository makes no sense", cause: problem)
        }
    }

    /// Times have 12 hex digits in names; more would not sort.
    static let times: Range<Int64> = 0..<1 << 48

    private var problem: String? {
        guard Self.times.contains(time), (0..<1 << 53).contains(sequence) else { return "its time or number" }
        guard ObjectID(hex: backup_id) != nil else { return "its id" }
        guard (try? VMName(name)) != nil else { return "its name" }
        for disk in disks where !disk.isSound { return "disk '\(disk.target)'" }
        for blob in blobs where !blob.isSound { return "file '\(blob.name)'" }
        return nil
    }
}

extension Snapshot.Disk {
    fileprivate var isSound: Bool {
        // The target becomes part of a file's name.
        guard !target.isEmpty, !target.contains("/"), !target.contains("\0") else { return false }
        guard let root else { return true }
        return size_bytes <= Geometry.largestDisk && ObjectID(hex: root) != nil
            && height == Geometry.mapHeight(ofDisk: size_bytes)
    }
}

extension Snapshot.Blob {
    fileprivate var isSound: Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        return parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." } && !name.contains("\0") && size_bytes >= 0
            && chunks.allSatisfy { ObjectID(hex: $0) != nil }
    }
}
