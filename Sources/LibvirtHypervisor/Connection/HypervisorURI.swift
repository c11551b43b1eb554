/// What a connection URI says about where its daemon is.
struct HypervisorURI: Sendable {
    let text: String
    /// `qemu`, `test`, …
    let driver: String
    /// True if the daemon shares our file system.
    let isLocal: Bool
    /// True for a user's own daemon (`…/session`).
    let isSession: Bool

    init(_ text: String) {
        self.text = text
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let scheme = (parts.first ?? "").split(separator: "+", maxSplits: 1)
        let transport = scheme.count > 1 ? scheme[1] : ""
        driver = String(scheme.first ?? "")
        var rest = parts.count > 1 ? parts[1] : ""
        if let query = rest.firstIndex(of: "?") { rest = rest[..<query] }
        var authority: Substring = ""
        if rest.hasPrefix("//") {
            let after = rest.dropFirst(2)
            let slash = after.firstIndex(of: "/") ?? after.endIndex
            authority = after[..<slash]
            rest = after[slash...]
        }
        isLocal = authority.isEmpty && (transport.isEmpty || transport == "unix")
        isSession = rest == "/session"
    }
}
