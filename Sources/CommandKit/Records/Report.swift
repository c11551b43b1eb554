/// What a command has to say when it ends. Commands never print.
package struct Report: Sendable {
    enum Content: Sendable {
        case list(RecordTable)
        case one(RecordTable)
        case text(String)
        case message(String)
        case stream(RecordStream)
        case pieces(TextStream)
        case bytes(ByteStream)
        case table(LongTable)
    }

    let content: Content
    /// What deserves a look, though all went well: a line each on stderr.
    package var warnings: [String] = []
    /// What failed while the rest went well.
    package var failures: [ItemFailure] = []
    /// Why the command ends badly though it has something to say; for what a check found bad, status 9.
    package var attention: Failure?
    /// Done once all of the report was written: whoever notes that somebody was told does it then.
    package var whenTold: (@Sendable () throws -> Void)?
    /// Whether `Session.emit` has told the records of a list already: NDJSON does not repeat them.
    package var wasEmitted = false
    /// Whether an applied plan changed anything; nil means that it did.
    package var changed: Bool?

    /// Whether it goes on until the person stops it.
    var isEndless: Bool {
        switch content {
        case .stream, .pieces: true
        case .list, .one, .text, .message, .bytes, .table: false
        }
    }

    /// Any number of records: a table, or an array.
    package static func list<R: Record>(_ records: [R]) -> Report { Report(content: .list(RecordTable(records))) }

    /// One record: its fields below each other, or an object.
    package static func one<R: Record>(_ record: R) -> Report { Report(content: .one(RecordTable([record]))) }

    /// Raw text that `-o` does not touch (the file of an export). It ends as you end it.
    package static func text(_ text: String) -> Report { Report(content: .text(text)) }

    /// A sentence for a person; in JSON an object with the key `message`.
    package static func message(_ sentence: String) -> Report { Report(content: .message(sentence)) }

    /// Records that come until `produce` returns, throws, or the person stops it: tables drawn anew, or NDJSON.
    /// Each call of `emit` has the whole picture.
    package static func stream<R: Record>(
        of type: R.Type = R.self,
        _ produce: @escaping @Sendable (_ emit: @escaping @Sendable ([R]) throws -> Void) async throws -> Void
    ) -> Report {
        Report(
            content: .stream(
                RecordStream(fields: R.fieldInfos) { sink in try await produce { try sink(RecordTable($0)) } }))
    }

    /// Raw text that comes piece by piece, as `tail -f` has it; ends as `stream`. For the format `table` only.
    package static func pieces(
        _ produce: @escaping @Sendable (_ emit: @escaping @Sendable (String) throws -> Void) async throws -> Void
    ) -> Report {
        Report(content: .pieces(TextStream(produce: produce)))
    }

    /// What `list` would print as a table where there is no terminal, made faster; for that format only, and all fields.
    package static func table(_ table: LongTable) -> Report { Report(content: .table(table)) }

    /// The file of an export or a filter, which may be larger than memory: `-o` does not touch it. It ends when `produce`
    /// does, which answers with warnings.
    package static func bytes(
        _ produce: @escaping @Sendable (_ emit: (UnsafeRawBufferPointer) throws -> Void) async throws -> [String]
    ) -> Report {
        Report(content: .bytes(ByteStream(produce: produce)))
    }

    /// The same report of a command that ends with the status of a failure.
    package func ending(_ failure: Failure) -> Report {
        var copy = self
        copy.attention = failure
        return copy
    }

    /// The same report with a warning more.
    package func warning(_ sentence: String) -> Report {
        var copy = self
        copy.warnings.append(sentence)
        return copy
    }

    /// The same report with items that failed; the command then ends with status 3.
    package func failing(_ items: [ItemFailure]) -> Report {
        var copy = self
        copy.failures += items
        return copy
    }

    /// The same report with what a check found bad; the command then ends with status 9.
    package func attention(_ message: String, hint: String? = nil) -> Report {
        var copy = self
        copy.attention = Failure(.attention, message, hint: hint)
        return copy
    }
}

/// One of several items that failed.
package struct ItemFailure: Sendable {
    /// The name of the item: `web`.
    package var item: String
    /// Why; the app's own error, which the program maps as any other.
    package var error: any Error

    package init(_ item: String, _ error: any Error) {
        self.item = item
        self.error = error
    }
}

/// Text that comes one piece after the other.
struct TextStream: Sendable {
    let produce: @Sendable (_ sink: @escaping @Sendable (String) throws -> Void) async throws -> Void
}

/// Bytes that come one piece after the other.
struct ByteStream: Sendable {
    let produce: @Sendable (_ sink: (UnsafeRawBufferPointer) throws -> Void) async throws -> [String]
}

/// Records that come one picture after the other.
struct RecordStream: Sendable {
    let fields: [FieldInfo]
    let produce: @Sendable (_ sink: @escaping @Sendable (RecordTable) throws -> Void) async throws -> Void
}
