/// What went wrong, as the person and a script see it.
package struct Failure: Error, Sendable, Equatable {
    /// The closed list of causes that a script can tell apart.
    package enum Kind: String, Sendable, CaseIterable {
        case failed
        case usage
        case partial
        case notFound = "not_found"
        case denied
        case conflict
        case unavailable
        case timeout
        case attention

        /// The exit status of this kind.
        package var status: ExitStatus {
            switch self {
            case .failed: .failed
            case .usage: .usage
            case .partial: .partial
            case .notFound: .notFound
            case .denied: .denied
            case .conflict: .conflict
            case .unavailable: .unavailable
            case .timeout: .timeout
            case .attention: .attention
            }
        }
    }

    package var kind: Kind
    /// Lower case, without a full stop.
    package var message: String
    package var hint: String?
    /// What lay underneath: the text of a library or the system.
    package var cause: String?
    /// The object that was looked for in vain; names like it, known to the completer, become the hint.
    package var missing: MissingObject?

    package init(
        _ kind: Kind, _ message: String, hint: String? = nil, cause: String? = nil, missing: MissingObject? = nil
    ) {
        self.kind = kind
        self.message = message
        self.hint = hint
        self.cause = cause
        self.missing = missing
    }
}

/// An object that is not there: its kind, as the completer knows it, and the name that was asked for.
package struct MissingObject: Sendable, Equatable {
    package var kind: String
    package var name: String

    package init(kind: String, name: String) {
        self.kind = kind
        self.name = name
    }
}
