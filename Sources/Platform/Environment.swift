import Glibc

/// The environment variables of the process; nothing here can change them.
package struct Environment: Sendable {
    private let lookUp: @Sendable (String) -> String?

    /// These variables and no others.
    package init(_ variables: [String: String]) { lookUp = { variables[$0] } }

    private init(lookUp: @escaping @Sendable (String) -> String?) { self.lookUp = lookUp }

    /// What this process was started with.
    package static let process = Environment(lookUp: { name in getenv(name).map { String(cString: $0) } })

    /// The value; nil if the variable is unset or empty, which the XDG rules treat alike.
    package subscript(_ name: String) -> String? {
        guard let value = lookUp(name), !value.isEmpty else { return nil }
        return value
    }
}
