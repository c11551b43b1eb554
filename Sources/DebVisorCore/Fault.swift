/// What went wrong, in the words a person can act on: the one error type of every domain.
///
/// `message` and `hint` are lower case without a full stop; nobody decides anything by matching their text.
package struct Fault: Error, Sendable {
    /// The closed list of causes a script can tell apart; each has one exit status (docs: `debvisor-exit(7)`).
    package enum Kind: String, Sendable, CaseIterable {
        case failed, usage, partial, notFound, denied, conflict, unavailable, timeout, attention
    }

    package var kind: Kind
    package var message: String
    /// What the person can do about it, if we know.
    package var hint: String?
    /// What lay underneath: the text of a library or the system.
    package var cause: String?

    package init(_ kind: Kind, _ message: String, hint: String? = nil, cause: String? = nil) {
        self.kind = kind
        self.message = message
        self.hint = hint
        self.cause = cause
    }
}

extension Fault {
    /// Both in one: the kind of the first, and what to do about the second.
    package func and(_ other: Fault) -> Fault {
        Fault(kind, "\(message); also, \(other.message)", hint: other.hint ?? hint, cause: cause ?? other.cause)
    }
}

extension Fault: CustomStringConvertible {
    package var description: String {
        var text = message
        if let cause { text += ": \(cause)" }
        return text
    }
}
