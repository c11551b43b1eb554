/// Names of zones: which can be one, and which was perhaps meant.
enum ZoneNames {
    /// Letters, digits, `_`, `+` and `-` between single slashes: no name leaves the directory of zone data.
    static func isPossible(_ name: String) -> Bool {
        name.utf8.count <= 100
            && name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
                !part.isEmpty
                    && part.utf8.allSatisfy { byte in
                        switch byte {
                        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "+"),
                            UInt8(ascii: "-"):
                            true
                        default: false
                        }
                    }
            }
    }

    /// The third column of `zone.tab`, which has one name a country and region, and `UTC`.
    static func all(in directory: String) -> [String] {
        guard let bytes = try? TimeZoneRules.contents(of: "\(directory)/zone.tab") else { return ["UTC"] }
        return ["UTC"]
            + String(decoding: bytes, as: UTF8.self).split(separator: "\n").filter { $0.first != "#" }
            .compactMap { line in
                let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
                return columns.count >= 3 ? String(columns[2]) : nil
            }
    }

    /// Up to three names within a few slips of the keyboard; a name without a slash is taken for a city.
    static func near(_ name: String, among names: [String]) -> [String] {
        let wanted = name.prefix(100).lowercased().utf8.map { $0 == UInt8(ascii: " ") ? UInt8(ascii: "_") : $0 }
        let isCity = !wanted.contains(UInt8(ascii: "/"))
        let limit = max(1, wanted.count / 4)
        let ranked = names.compactMap { candidate -> (slips: Int, name: String)? in
            let whole = candidate.lowercased()
            var slips = distance(wanted, Array(whole.utf8))
            if isCity, let city = whole.split(separator: "/").last {
                slips = min(slips, distance(wanted, Array(city.utf8)))
            }
            return slips <= limit ? (slips, candidate) : nil
        }
        return ranked.sorted { $0 < $1 }.prefix(3).map(\.name)
    }

    /// Levenshtein's: insertions, deletions and replacements.
    static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var row = Array(0...b.count)
        for (i, left) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, right) in b.enumerated() {
                let replaced = diagonal + (left == right ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, diagonal + 1, row[j] + 1)
            }
        }
        return row[b.count]
    }
}
