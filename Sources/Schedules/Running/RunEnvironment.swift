import DebVisorCore
import Glibc
import Platform

/// What a command sees: a few variables of ours and those of its file, nothing of whoever started debvisor.
enum RunEnvironment {
    static let standardPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// - Throws: as `variables(in:)`.
    static func make(_ order: RunOrder, _ account: RunAccount) throws -> [String: String] {
        var variables = [
            "PATH": standardPath, "HOME": account.home, "USER": account.name, "LOGNAME": account.name,
            "SHELL": "/bin/sh",
        ]
        if let file = order.environmentFile {
            variables.merge(try self.variables(in: file)) { _, new in new }
        }
        variables["DEBVISOR_JOB"] = order.job
        variables["DEBVISOR_RUN_ID"] = order.run
        variables["DEBVISOR_ATTEMPT"] = "\(order.attempt)"
        variables["DEBVISOR_SCHEDULED_FOR"] = order.scheduledFor ?? ""
        return variables
    }

    /// `NAME=VALUE` lines: blanks around are dropped, a value may be in quotes, `#` begins a comment at the start of a
    /// line. - Throws: `notFound`, `denied`; `attention` for any other line.
    static func variables(in path: String) throws -> [String: String] {
        let text = String(decoding: try DurableFile.read(path, limit: 1 << 20), as: UTF8.self)
        var variables: [String: String] = [:]
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = line.trimmed
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            guard let (name, value) = variable(line) else {
                throw Fault(
                    .attention, "line \(index + 1) of '\(path)' is not NAME=VALUE", hint: "'#' begins a comment")
            }
            variables[name] = value
        }
        return variables
    }

    /// Nil if it is no assignment.
    static func variable(_ line: Substring) -> (name: String, value: String)? {
        guard let sign = line.firstIndex(of: "=") else { return nil }
        let name = line[..<sign].trimmed
        guard let first = name.utf8.first, !(48...57).contains(first),
            name.utf8.allSatisfy({
                $0 == 95 || (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
            })
        else { return nil }
        var value = line[line.index(after: sign)...].trimmed
        for quote in ["\"", "'"] where value.count >= 2 && value.hasPrefix(quote) && value.hasSuffix(quote) {
            value = value.dropFirst().dropLast()
            break
        }
        return (String(name), String(value))
    }

    /// An executable file: the path itself if it has a slash, else the first on `path`.
    static func find(_ program: String, path: String) -> String? {
        let candidates =
            program.contains("/") ? [program] : path.split(separator: ":").map { "\($0)/\(program)" }
        return candidates.first { access($0, X_OK) == 0 && !Directory.isDirectory($0) }
    }
}

extension Substring {
    var trimmed: Substring {
        var text = self
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text
    }
}
