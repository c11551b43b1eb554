/// What several commands of the noun explain alike.
enum BackupTexts {
    static let naming = "Id, NAME@TIME, or a name for its newest"

    static let discussion = """
        A backup shows all disks of a machine at one instant, together with its definition, firmware variables and TPM \
        state. Backups live in repositories: content-addressed, deduplicated, compressed, and encrypted unless told \
        otherwise.

        A BACKUP is named by its id or the beginning of it, by NAME@TIME as listings show it, or by a name, which \
        means the newest one.
        """
}
