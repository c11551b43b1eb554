/// Why there are no rules for a zone.
package struct TimeZoneError: Error, Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// There is no such zone, or the name cannot be one.
        case unknown
        /// The machine has no zone data.
        case noData
        /// There is a file, but it cannot be read, or is not a zone file.
        case unreadable
    }

    package var kind: Kind
    package var name: String
    /// Lower case, without a full stop.
    package var reason: String
    /// Up to three names that were perhaps meant, the likeliest first.
    package var suggestions: [String] = []

    package var hint: String? {
        switch kind {
        case .unknown where suggestions.isEmpty: "names are those of 'timedatectl list-timezones'"
        case .unknown: "did you mean \(WordList.joined(suggestions.map { "'\($0)'" }, "or"))?"
        case .noData: "install the package tzdata"
        case .unreadable: nil
        }
    }
}

extension TimeZoneError: CustomStringConvertible {
    package var description: String { reason }
}
