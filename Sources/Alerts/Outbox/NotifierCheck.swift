import DebVisorCore

extension Notifier {
    /// - Throws: `usage` for one that cannot work, or that would show a secret.
    package func check() throws {
        guard let first = name.utf8.first, name.utf8.count <= 64, first != 45,
            name.utf8.allSatisfy({ Words.isPlain($0, and: "._-") })
        else {
            throw Fault(
                .usage, "'\(name)' cannot be the name of a notifier",
                hint: "a name has letters, digits, '.', '_' and '-', at most 64, and does not begin with '-'")
        }
        guard (1...600).contains(timeoutSeconds) else {
            throw Fault(.usage, "notifier '\(name)' would wait \(timeoutSeconds) s", hint: "1 to 600 are allowed")
        }
        switch target {
        case .command(let path, let arguments): try Self.check(path, arguments)
        case .email(let to, let from): try Self.check(to, from)
        case .webhook(let url, let headers): try Self.check(url, headers)
        }
    }

    private static func check(_ path: String, _ arguments: [String]) throws {
        guard path.hasPrefix("/") else {
            throw Fault(
                .usage, "'\(path)' is no absolute path", hint: "a notifier's command is found by its path alone")
        }
        // Everybody on the host can read the arguments of a process.
        let words = ["password", "passwd", "secret", "token", "apikey", "api-key", "api_key", "authorization"]
        for argument in arguments where words.contains(where: argument.lowercased().contains) {
            let name = argument.prefix { $0 != "=" && $0 != ":" }
            throw Fault(
                .usage, "the argument '\(name)' of '\(path)' looks like a secret, which every process could read",
                hint: "put it into a file that only the command can read")
        }
    }

    private static func check(_ to: [String], _ from: String?) throws {
        guard !to.isEmpty else { throw Fault(.usage, "there is nobody to mail to", hint: "give an address") }
        for address in to + (from.map { [$0] } ?? []) {
            // What `user@host` or a local user's name may have; nothing that could begin another header.
            let isPlain = address.utf8.allSatisfy { (33...126).contains($0) && !Array(",;<>()\"\\".utf8).contains($0) }
            guard isPlain, !address.isEmpty, !address.hasPrefix("-"), address.utf8.count <= 254 else {
                throw Fault(.usage, "'\(address)' is no mail address", hint: "write 'name@example.org' or a local user")
            }
        }
    }

    private static func check(_ url: Secret, _ headers: [String: Secret]) throws {
        guard let address = WebAddress(url.revealed) else {
            throw Fault(.usage, "the webhook's address is none", hint: "it begins with https:// and a host")
        }
        guard address.scheme == "https" || address.isOfThisHost else {
            throw Fault(
                .usage, "'\(address.origin)' would send notices in the clear",
                hint: "use https://; http:// is for this host alone")
        }
        for (name, value) in headers {
            let isToken = name.utf8.allSatisfy { Words.isPlain($0, and: "-") }
            guard isToken, !name.isEmpty, value.revealed.utf8.allSatisfy({ $0 >= 32 && $0 != 127 }) else {
                throw Fault(
                    .usage, "'\(name)' cannot be a header", hint: "headers have letters, digits and '-', and one line")
            }
        }
    }
}
