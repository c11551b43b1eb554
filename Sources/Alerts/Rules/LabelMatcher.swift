import DebVisorCore
import Glibc

/// Whether something has a label, and what: `host=a`, `host!=a`, `host=~web.*`, `host!~web.*`.
///
/// A label that is not there has the empty text, as in Prometheus. Expressions are POSIX extended ones and match the
/// whole text (`regex(7)`), so none takes exponentially long.
package struct LabelMatcher: Sendable, Hashable, Codable, CustomStringConvertible {
    package enum Operator: String, Sendable, Hashable, Codable, CaseIterable {
        case equals = "=", differs = "!=", matches = "=~", matchesNot = "!~"
    }

    package var name: String
    package var comparison: Operator
    package var value: String

    /// - Throws: `usage` for a name that cannot be one or an expression that is none.
    package init(_ name: String, _ comparison: Operator, _ value: String) throws {
        guard !name.isEmpty, name.utf8.allSatisfy(Self.isNameByte), !(48...57).contains(name.utf8.first ?? 48) else {
            throw Fault(
                .usage, "'\(name)' cannot be the name of a label",
                hint:
                    "tags have letters, digits and '_'; 'rule', 'metric', 'severity', 'object' and 'host' are others"
            )
        }
        (self.name, self.comparison, self.value) = (name, comparison, value)
        if comparison == .matches || comparison == .matchesNot { _ = try Expression(value) }
    }

    /// As a person writes it.
    /// - Throws: `usage`.
    package init(_ text: String) throws {
        let end = text.firstIndex { !$0.utf8.allSatisfy(Self.isNameByte) } ?? text.endIndex
        let rest = text[end...]
        // The longer ones first.
        guard
            let comparison = [Operator.matches, .differs, .matchesNot, .equals].first(where: {
                rest.hasPrefix($0.rawValue)
            })
        else {
            throw Fault(
                .usage, "'\(text)' is no matcher",
                hint: "write 'name=value', 'name!=value', 'name=~expression' or 'name!~expression'")
        }
        try self.init(String(text[..<end]), comparison, String(rest.dropFirst(comparison.rawValue.count)))
    }

    package var description: String { name + comparison.rawValue + value }

    package func matches(_ labels: [String: String]) -> Bool { LabelFilter([self]).fits(labels) }

    /// What asks of one text after the other, with its expression compiled once.
    fileprivate var test: (String) -> Bool {
        let (value, isExpression) = (self.value, comparison == .matches || comparison == .matchesNot)
        let expression = isExpression ? try? Expression(value) : nil
        return switch comparison {
        case .equals: { $0 == value }
        case .differs: { $0 != value }
        case .matches: { expression?.matches($0) ?? false }
        case .matchesNot: { !(expression?.matches($0) ?? false) }
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool { Words.isPlain(byte, and: "_") }

    /// A compiled expression.
    private final class Expression {
        private var compiled = regex_t()

        init(_ text: String) throws {
            let code = regcomp(&compiled, "^(\(text))$", REG_EXTENDED | REG_NOSUB)
            guard code == 0, text.utf8.count <= 1024 else {
                throw Fault(
                    .usage, "'\(text)' is no regular expression",
                    hint: "see regex(7) for extended expressions; at most 1 KiB")
            }
        }

        deinit { regfree(&compiled) }

        func matches(_ text: String) -> Bool { regexec(&compiled, text, 0, nil, 0) == 0 }
    }
}

/// Matchers that are asked of many: all of them must fit. Belongs to one thread.
package struct LabelFilter {
    private let tests: [(name: String, test: (String) -> Bool)]

    package init(_ matchers: [LabelMatcher]) { tests = matchers.map { ($0.name, $0.test) } }

    /// - Parameter label: the value of a label, empty where there is none; asked for those that matter, one at a time.
    package func fits(_ label: (String) -> String) -> Bool { tests.allSatisfy { $0.test(label($0.name)) } }

    package func fits(_ labels: [String: String]) -> Bool { fits { labels[$0] ?? "" } }
}
