import Glibc

/// Writes reports and steps in the format that was chosen.
struct ReportWriter: Sendable {
    let console: Console
    let settings: OutputSettings
    let outlet: Outlet
    let isChange: Bool
    let cancellation: Cancellation

    /// Writes all of a report. `changed` is nil for a command that only reads.
    func write(_ report: Report, changed: Bool?, status: Int32) async throws {
        switch report.content {
        case .list(let table): write(settings.chosen(table), status, changed, wasEmitted: report.wasEmitted)
        case .one(let table): writeOne(settings.chosen(table), status, changed)
        case .text(let text): outlet.data(text)
        case .message(let sentence): writeMessage(sentence, status, changed)
        case .stream(let stream): try await follow(stream, status)
        case .pieces(let stream): try await follow(stream)
        case .table(let table): table.forEachPiece(hasHeader: settings.hasHeader) { _ = outlet.data($0) }
        case .bytes(let stream):
            let warnings = try await stream.produce { if !outlet.data($0) { throw ReaderGone() } }
            // Never on stdout, where a warning of NDJSON would be part of the file.
            for warning in warnings { settings.format == .ndjson ? outlet.log(warning) : outlet.warn(warning) }
        }
    }

    /// The last line of NDJSON when there is no result.
    func writeFailedResult(_ status: Int32) {
        if settings.format == .ndjson { outlet.data(result(status, nil, [.init("result", .null)])) }
    }

    /// What a dry run found.
    func write(_ steps: [Step], idle: Report) -> Int32 {
        if steps.isEmpty, settings.format == .table {
            if case .message(let sentence) = idle.content {
                outlet.data(VisibleText.sentence(sentence) + "\n")
            } else {
                outlet.data("nothing to do\n")
            }
        } else {
            write(RecordTable(steps), 0, nil, isAsked: true)
        }
        return 0
    }

    /// Steps before a question: on stderr, so that stdout has only the result.
    func show(_ steps: [Step]) {
        let table = TableText(width: console.isTerminal(.error) ? console.width() : nil, style: outlet.style)
        outlet.diagnostic(String(table.text(RecordTable(steps)).dropLast()))
    }

    private func write(
        _ table: RecordTable, _ status: Int32, _ changed: Bool?, isAsked: Bool = false, wasEmitted: Bool = false
    ) {
        switch settings.format {
        case .table: if isAsked || !isSilent { outlet.data(tableText.text(table)) }
        case .json: outlet.data(JSONText.pretty(.list(table.rows.map(table.object))))
        case .yaml: outlet.data(YAMLText.text(.list(table.rows.map(table.object))))
        case .tsv: outlet.data(TSVText.text(table, hasHeader: settings.hasHeader))
        case .ndjson:
            if !wasEmitted { outlet.items(of: table) }
            outlet.data(result(status, changed, [.init("count", .int(Int64(table.rows.count)))]))
        }
    }

    private func writeOne(_ table: RecordTable, _ status: Int32, _ changed: Bool?) {
        guard let row = table.rows.first, case .object(var members) = table.object(row) else { return }
        if settings.format == .ndjson {
            return _ = outlet.data(result(status, changed, [.init("result", .object(members))]))
        }
        if let changed, !members.contains(where: { $0.key == "changed" }) {
            members.append(.init("changed", .bool(changed)))
        }
        switch settings.format {
        case .table: if !isSilent { outlet.data(DetailText(table: tableText).text(table)) }
        case .json: outlet.data(JSONText.pretty(.object(members)))
        case .yaml: outlet.data(YAMLText.text(.object(members)))
        case .tsv: outlet.data(TSVText.text(table, hasHeader: settings.hasHeader))
        case .ndjson: break
        }
    }

    private func writeMessage(_ sentence: String, _ status: Int32, _ changed: Bool?) {
        if settings.format == .table {
            if !settings.isQuiet { outlet.data(VisibleText.sentence(sentence) + "\n") }
            return
        }
        let field = FieldInfo(key: "message", type: .string, help: "", title: "MESSAGE")
        writeOne(RecordTable(fields: [field], rows: [[.string(sentence)]]), status, changed)
    }

    /// `-q` silences what a change has to say, not the data that a reading command was asked for.
    private var isSilent: Bool { isChange && settings.isQuiet }

    private func result(_ status: Int32, _ changed: Bool?, _ more: [FieldValue.Member]) -> String {
        var members: [FieldValue.Member] = [.init("type", .string("result")), .init("status", .int(Int64(status)))]
        if let changed { members.append(.init("changed", .bool(changed))) }
        return JSONText.compact(.object(members + more))
    }

    private var tableText: TableText {
        let isTerminal = console.isTerminal(.output)
        return TableText(
            hasHeader: settings.hasHeader, width: isTerminal ? console.width() : nil,
            now: isTerminal ? console.now() : nil, style: Style(settings.color, .output, console))
    }

    private func follow(_ stream: RecordStream, _ status: Int32) async throws {
        try settings.checkFollowing()
        let isRedrawn = console.isTerminal(.output) && console.environment("TERM") != "dumb"
        do {
            try await stream.produce { [self] table in
                if settings.format == .ndjson {
                    outlet.items(of: settings.chosen(table))
                } else {
                    let text = tableText.text(settings.chosen(table))
                    outlet.data(isRedrawn ? redrawn(text) : text + "\n")
                }
                if outlet.readerIsGone { throw ReaderGone() }
            }
        } catch  where cancellation.signalNumber != 0 && !(error is ReaderGone) {
            // The person ends what does not end by itself: that is no error.
        }
        // The shell's prompt would else stand behind the "^C" of the terminal.
        if isRedrawn, settings.format == .table, cancellation.signalNumber == SIGINT { outlet.data("\n") }
        if settings.format == .ndjson {
            let end = cancellation.signalNumber == 0 ? status : 128 + cancellation.signalNumber
            outlet.data(result(end, nil, [.init("result", .null)]))
        }
    }

    private func follow(_ stream: TextStream) async throws {
        do {
            try await stream.produce { [self] text in
                outlet.data(text)
                if outlet.readerIsGone { throw ReaderGone() }
            }
        } catch  where cancellation.signalNumber != 0 && !(error is ReaderGone) {
            // As above.
        }
    }

    /// The picture over the old one, line by line: a screen that is cleared first flickers. What is left of longer
    /// lines, and below, goes.
    private func redrawn(_ text: String) -> String {
        "\u{1B}[H" + text.replacing("\n", with: "\u{1B}[K\n") + "\u{1B}[J"
    }
}

/// Nobody reads stdout any more.
struct ReaderGone: Error {}
