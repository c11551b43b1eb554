extension TimeZoneRules {
    /// `UTC` and the names of the machine's zones, one a country and region.
    package static var knownNames: [String] { ZoneNames.all(in: directory) }
}
