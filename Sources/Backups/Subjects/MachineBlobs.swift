import DebVisorCore
import Hypervisor
import Platform

/// The small things that a machine needs beside its disks.
enum MachineBlobs {
    /// Larger files than this are not what we take them for.
    private static let limit = 64 << 20

    /// - Throws: `denied` if the variable store or the TPM's state cannot be read.
    static func read(_ definition: MachineDefinition) throws -> [OpenedSubject.Blob] {
        var blobs = [
            OpenedSubject.Blob(
                kind: .domainXML, name: "\(definition.name).xml", path: nil, status: nil,
                bytes: Array(definition.xml.utf8))
        ]
        // A machine that never ran has no variable store and no TPM state yet.
        if let path = definition.nvramPath, Directory.exists(path) {
            blobs.append(try blob(.nvram, path, name: Directory.name(of: path)))
        }
        if let root = definition.tpmStatePath, Directory.isDirectory(root) {
            for name in try files(below: root, at: "") { blobs.append(try blob(.tpm, "\(root)/\(name)", name: name)) }
        }
        return blobs
    }

    private static func blob(_ kind: Snapshot.Blob.Kind, _ path: String, name: String) throws -> OpenedSubject.Blob {
        OpenedSubject.Blob(
            kind: kind, name: name, path: path, status: try FileStatus(of: path),
            bytes: try DurableFile.read(path, limit: limit))
    }

    /// Regular files below `root`, relative to it; the emulator's lock file is not state.
    private static func files(below root: String, at prefix: String) throws -> [String] {
        try Directory.names(in: prefix.isEmpty ? root : "\(root)/\(prefix)").flatMap { name -> [String] in
            let relative = prefix.isEmpty ? name : "\(prefix)/\(name)"
            if Directory.isDirectory("\(root)/\(relative)") { return try files(below: root, at: relative) }
            return name == ".lock" ? [] : [relative]
        }
    }
}
