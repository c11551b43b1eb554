import Alerts
import CommandKit
import DebVisorCore
import Platform

extension ValueType where Value == String {
    /// A line that goes into the history.
    static var remark: ValueType { line("TEXT", limit: 500) }
    /// Who does something.
    static var person: ValueType { line("USER", limit: 64) }

    private static func line(_ placeholder: String, limit: Int) -> ValueType {
        ValueType(placeholder: placeholder, text: { $0 }) { text throws(ValueError) in
            let isPlain = text.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
            guard isPlain, text.count <= limit, !text.allSatisfy(\.isWhitespace) else {
                throw ValueError("must be one line that says something, of at most \(limit) characters")
            }
            return text
        }
    }
}

/// Who does it.
struct PersonOption: InputSet {
    let by = Option("by", .person, help: "Who does it, for the history; the user at work without")
}

extension AppContext {
    /// Who is at work: whom the options name, who became root by sudo, the user of this process.
    func person(_ given: String?) -> String {
        if let given { return given }
        if UserAccount.current(environment).isRoot, let name = environment["SUDO_USER"], !name.isEmpty { return name }
        return UserAccount.nameOfThisProcess
    }

    /// When something is to end. - Throws: `usage` for a time that has passed.
    func end(_ given: GivenTime) throws -> Timestamp {
        let (time, now) = (try instant(given), clock.now())
        guard time > now else {
            var hint = "give a time ahead"
            if case .ago = given { hint = "a span without a sign is so long ago: write +2h for two hours ahead" }
            throw Fault(.usage, "it would end at \(time), which has passed", hint: hint)
        }
        return time
    }
}
