import Synchronization

/// The one place that writes: keeps a progress line out of the way of everything else, in any order, from any thread.
final class Outlet: Sendable {
    private struct State {
        /// Lines of progress on the terminal; the cursor stands at the end of the last.
        var statusLines = 0
        var readerIsGone = false
    }

    private let console: Console
    private let settings: OutputSettings
    private let state = Mutex(State())
    let style: Style

    init(console: Console, settings: OutputSettings) {
        self.console = console
        self.settings = settings
        self.style = Style(settings.color, .error, console)
    }

    /// Whether nobody reads our stdout any more.
    var readerIsGone: Bool { state.withLock { $0.readerIsGone } }

    /// Writes data to stdout; false when nobody reads it.
    @discardableResult
    func data(_ text: String) -> Bool {
        state.withLock { state in
            erase(&state)
            if !state.readerIsGone, !text.isEmpty, !console.write(.output, text) { state.readerIsGone = true }
            return !state.readerIsGone
        }
    }

    /// The same of bytes that need be no text.
    func data(_ bytes: UnsafeRawBufferPointer) -> Bool {
        state.withLock { state in
            erase(&state)
            if !state.readerIsGone, !bytes.isEmpty, !console.writeBytes(.output, bytes) { state.readerIsGone = true }
            return !state.readerIsGone
        }
    }

    /// Writes a line to stderr.
    func diagnostic(_ line: String) {
        state.withLock { state in
            erase(&state)
            _ = console.write(.error, line + "\n")
        }
    }

    /// Draws the lines of progress anew; none takes them away.
    func status(_ lines: [String]) {
        state.withLock { state in
            guard !lines.isEmpty else { return erase(&state) }
            _ = console.write(.error, Self.clear(state.statusLines) + lines.joined(separator: "\n"))
            state.statusLines = lines.count
        }
    }

    func erase() { status([]) }

    func warn(_ sentence: String) {
        guard !settings.isQuiet else { return }
        switch settings.format {
        case .ndjson:
            data(JSONText.compact(.object([.init("type", .string("warning")), .init("message", .string(sentence))])))
        case .json:
            // Whoever reads errors as objects can read stderr as lines of JSON.
            let warning = FieldValue.object([.init("message", .string(sentence))])
            diagnostic(String(JSONText.compact(.object([.init("warning", warning)])).dropLast()))
        case .table, .yaml, .tsv:
            diagnostic("\(settings.programName): \(style.yellow("warning:")) \(VisibleText.sentence(sentence))")
        }
    }

    func log(_ sentence: String) {
        guard !settings.isQuiet else { return }
        diagnostic("\(settings.programName): \(VisibleText.sentence(sentence))")
    }

    func item(_ object: FieldValue) {
        if settings.format == .ndjson { data(Self.line(object)) }
    }

    /// The rows of a table in one piece: there may be millions.
    func items(of table: RecordTable) {
        guard settings.format == .ndjson, !table.rows.isEmpty else { return }
        var text = ""
        for row in table.rows { text += Self.line(table.object(row)) }
        data(text)
    }

    private static func line(_ object: FieldValue) -> String {
        JSONText.compact(.object([.init("type", .string("item")), .init("item", object)]))
    }

    private func erase(_ state: inout State) {
        guard state.statusLines > 0 else { return }
        _ = console.write(.error, Self.clear(state.statusLines))
        state.statusLines = 0
    }

    /// Back to the first of some lines, and all of them empty (ECMA-48: CUU, ED, EL).
    private static func clear(_ lines: Int) -> String {
        lines > 1 ? "\r\u{1B}[\(lines - 1)A\u{1B}[J" : "\r\u{1B}[K"
    }
}
