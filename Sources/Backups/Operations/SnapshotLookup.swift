import DebVisorCore

/// Finds the backup that a person means: an id or its unique beginning, `NAME@TIME`, or a name, which means its newest.
package struct SnapshotLookup: Sendable {
    /// Oldest first.
    package let snapshots: [Snapshot]

    package init(_ snapshots: [Snapshot]) { self.snapshots = snapshots }

    /// Shorter beginnings of ids are too easily something else.
    private static let shortestPrefix = 4

    /// - Throws: `notFound` (with the nearest names as a hint), `conflict` if several match.
    package func find(_ text: String) throws -> Snapshot {
        if let exact = snapshots.first(where: { $0.backup_id == text }) { return exact }
        let stamped = snapshots.filter { $0.reference == text }
        if let only = try single(stamped, text) { return only }
        if let newest = snapshots.last(where: { $0.name == text }) { return newest }
        if text.count >= Self.shortestPrefix,
            let only = try single(snapshots.filter { $0.backup_id.hasPrefix(text) }, text)
        {
            return only
        }
        throw Fault(.notFound, "there is no backup '\(text)'", hint: hint(for: text))
    }

    private func single(_ found: [Snapshot], _ text: String) throws -> Snapshot? {
        guard found.count > 1 else { return found.first }
        let ids = found.map { String($0.backup_id.prefix(12)) }.joined(separator: ", ")
        throw Fault(.conflict, "'\(text)' is the beginning of several backups", hint: "give one of the ids: \(ids)")
    }

    /// The newest of that name if only the time is wrong; nil leaves the hint to whoever knows more names.
    private func hint(for text: String) -> String? {
        let name = text.split(separator: "@").first.map(String.init) ?? text
        if let newest = snapshots.last(where: { $0.name == name }) { return "did you mean '\(newest.reference)'?" }
        return snapshots.isEmpty ? "the repository has no backups" : nil
    }

    /// What a person can type for the backups that there are.
    package var words: [String] { Array(Set(snapshots.map(\.name))).sorted() + snapshots.map(\.reference) }
}
