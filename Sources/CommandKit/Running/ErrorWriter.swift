/// Errors: two lines for a person, one object for a script.
struct ErrorWriter: Sendable {
    let outlet: Outlet
    let settings: OutputSettings

    func write(_ failure: Failure, items: [(item: String, failure: Failure)], status: Int32, path: [String]) {
        if settings.format.hasErrorObjects {
            let error = object(failure, status, path, items)
            outlet.diagnostic(String(JSONText.compact(.object([.init("error", error)])).dropLast()))
            return
        }
        for item in items { writeLines(item.failure, item: item.item) }
        writeLines(failure, item: nil)
    }

    private func writeLines(_ failure: Failure, item: String?) {
        var message = failure.message
        if let item { message = "\(item): \(message)" }
        if let cause = failure.cause, !cause.isEmpty { message += ": \(cause)" }
        outlet.diagnostic("\(settings.programName): \(outlet.style.red("error:")) \(VisibleText.sentence(message))")
        if let hint = failure.hint { outlet.diagnostic("  hint: \(VisibleText.sentence(hint))") }
    }

    private func object(
        _ failure: Failure, _ status: Int32, _ path: [String], _ items: [(item: String, failure: Failure)]
    ) -> FieldValue {
        func text(_ string: String?) -> FieldValue { string.map { .string($0) } ?? .null }
        var members: [FieldValue.Member] = [
            .init("kind", .string(failure.kind.rawValue)), .init("status", .int(Int64(status))),
            .init("message", .string(failure.message)), .init("hint", text(failure.hint)),
            .init("cause", text(failure.cause)),
            .init("command", .string(([settings.programName] + path).joined(separator: " "))),
        ]
        if !items.isEmpty {
            let list = items.map { item, failure in
                FieldValue.object([
                    .init("item", .string(item)), .init("kind", .string(failure.kind.rawValue)),
                    .init("message", .string(failure.message)), .init("hint", text(failure.hint)),
                    .init("cause", text(failure.cause)),
                ])
            }
            members.append(.init("items", .list(list)))
        }
        return .object(members)
    }
}
