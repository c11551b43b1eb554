extension CommandRun {
    /// Tells of a status that the command did not declare.
    func noteBreach(of status: Int32) {
        guard let tell = program.onBreach, !ExitStatus.universal.contains(status), status < 128 else { return }
        let declared = invocation.entry.info().statuses.map(\.rawValue)
        if !declared.contains(status) { tell(invocation.path, "exit status \(status) is not declared") }
    }

    /// Tells of records other than the command declared.
    func checkRecord(of report: Report) {
        guard let tell = program.onBreach else { return }
        let fields: [FieldInfo]
        switch report.content {
        case .list(let table), .one(let table): fields = table.fields
        case .stream(let stream): fields = stream.fields
        case .text, .message, .pieces, .bytes, .table: return
        }
        if fields != invocation.entry.info().prints?.fieldInfos {
            tell(invocation.path, "it prints other records than it declares")
        }
    }
}
