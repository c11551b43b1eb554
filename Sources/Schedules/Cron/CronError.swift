/// Why a text is not a cron expression, precisely enough to point at the place and to offer a correction.
package struct CronError: Error, Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// Too few or too many fields.
        case fieldCount
        /// Something that is in no cron's grammar, such as `1-2-3` or `**`.
        case syntax
        /// A number or a name that the field does not have.
        case outOfRange
        /// `22-4`.
        case reversedRange
        /// A form of another scheduler: `L`, `W`, `?`, `5#2`, `0~30`, `@reboot`.
        case unsupported
        /// Well formed, but there is no such day: 30 February.
        case neverFires
    }

    package var kind: Kind
    /// The field that is wrong, if it is one of the five.
    package var field: CronField?
    /// The part of the text that is wrong; empty if something is missing.
    package var token: String
    /// Where it begins, in characters, counted from 1.
    package var column: Int
    /// Lower case, without a full stop; names the token where that helps.
    package var reason: String
    /// What to write instead of the token, if that can be told.
    package var replacement: String?
    /// What to do about it, in words.
    package var hint: String?
}

extension CronError: CustomStringConvertible {
    /// `day of week: 'fri-mon' ends before it begins (column 9)`.
    package var description: String {
        "\(field.map { "\($0.name): " } ?? "")\(reason) (column \(column))"
    }
}
