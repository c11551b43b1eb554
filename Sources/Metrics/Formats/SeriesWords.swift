import DebVisorCore

/// A series as CSV and NDJSON write it: the parts by themselves.
struct SeriesWords {
    var name: String
    /// A type, or nothing.
    var type: String
    /// As `TagSet.description`.
    var tags = ""

    /// - Throws: `usage`, and problems of tags.
    func request() throws -> SeriesRequest { try request(tags: parsed()) }

    func request(tags: TagSet) throws -> SeriesRequest {
        let key = SeriesKey(try MetricName(name), tags)
        guard !type.isEmpty else { return SeriesRequest(key) }
        guard let type = MetricType(rawValue: type.lowercased()) else {
            throw Fault(
                .usage, "'\(type)' is no type of a metric", hint: "there are gauge, counter, histogram and summary")
        }
        if type == .summary {
            let ending = tags["quantile"] == nil ? ["_sum", "_count"].first(where: name.hasSuffix) : ""
            guard let ending else {
                throw Fault(
                    .usage, "'\(key)' is no series of a summary",
                    hint: "they have a tag 'quantile', or end with _sum and _count")
            }
            return SeriesRequest(key, type, suffix: ending)
        }
        guard type == .histogram else { return SeriesRequest(key, type) }
        guard let suffix = FamilyNames.endings.first(where: name.hasSuffix) else {
            throw Fault(
                .usage, "'\(name)' is no series of a histogram", hint: "they end with _bucket, _sum and _count")
        }
        return SeriesRequest(key, type, suffix: suffix)
    }

    private func parsed() throws -> TagSet {
        guard !tags.isEmpty else { return .none }
        var text = "x{\(tags)}"
        return try text.withUTF8 { bytes in
            guard let base = bytes.baseAddress else { return .none }
            var cursor = TextCursor(base, count: bytes.count)
            var end = cursor
            let key = try SeriesText(&end).key(&cursor)
            guard cursor.isAtEnd else { throw Fault(.usage, "'\(tags)' are no tags", hint: "tags are a=\"1\",b=\"2\"") }
            return key.tags
        }
    }
}
