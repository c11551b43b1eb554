/// Why the text of one value is refused; the parser adds which input it was given to.
package struct ValueError: Error, Sendable, Equatable {
    /// What a right value looks like: `must be a whole number from 1 to 10`.
    package var message: String
    /// What the person can do about it, if we know.
    package var hint: String?

    package init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }
}
