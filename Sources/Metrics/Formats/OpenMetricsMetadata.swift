/// What the lines that begin with `#` say of families, and which family a series belongs to.
struct OpenMetricsMetadata {
    private struct Family {
        var type: String?
        var unit = ""
        var help = ""
    }

    /// A counter whose name without `_total` is another metric's has its `_total` here.
    private var families: [String: Family] = [:]
    /// The family of the last TYPE, and where it is.
    private var declared = (name: "", key: "")

    private static let types: Set = [
        "counter", "gauge", "histogram", "gaugehistogram", "summary", "stateset", "info", "unknown", "untyped",
    ]

    /// - Returns: whether the line is `# EOF`.
    mutating func parse(_ line: inout TextCursor) throws -> Bool {
        _ = line.take("#")
        line.skipSpaces()
        let word = String(decoding: line.slice { $0 == 32 || $0 == 9 }, as: UTF8.self)
        if word == "EOF" {
            line.skipSpaces()
            guard line.isAtEnd else { throw line.problem("nothing is expected behind '# EOF'") }
            return true
        }
        guard ["TYPE", "HELP", "UNIT"].contains(word) else { return false }
        line.skipSpaces()
        let offset = line.offset
        let name = try line.slice { $0 == 32 || $0 == 9 }.text(at: offset)
        guard MetricName.isValid(name.utf8, colons: true) else {
            throw LineProblem(offset, "'\(name)' cannot be the name of a metric")
        }
        line.skipSpaces()
        let place = line.offset
        let text = try line.slice { _ in false }.text(at: place)
        let key = declared.name == name ? declared.key : name
        switch word {
        case "TYPE": try declare(name, text.trimmed, at: place)
        case "UNIT": families[key, default: Family()].unit = text.trimmed
        default: families[key, default: Family()].help = Self.unescaped(text)
        }
        return false
    }

    private mutating func declare(_ name: String, _ type: String, at offset: Int) throws {
        guard Self.types.contains(type) else {
            throw LineProblem(
                offset, "'\(type)' is no type of a metric",
                hint: "there are gauge, counter, histogram, summary, info, stateset, gaugehistogram and unknown")
        }
        var key = name
        if let old = families[name]?.type, old != type {
            // The samples tell the two apart: a counter's end with `_total`.
            switch "counter" {
            case type: key += "_total"
            case old: families[name + "_total"] = families.removeValue(forKey: name)
            default: throw LineProblem(offset, "metric '\(name)' is a \(old) above and a \(type) here")
            }
        }
        families[key, default: Family()].type = type
        declared = (name, key)
    }

    /// What a series is, as its family was declared. A counter is stored with its `_total`, a histogram's series with the
    /// histogram; the parts of other compound types become metrics of their own.
    func request(_ key: SeriesKey, at offset: Int) throws -> SeriesRequest {
        let name = key.name.text
        if let (base, family) = family(of: name) {
            let ending = String(name.dropFirst(base.count))
            switch (family.type, ending) {
            case ("counter", ""), ("counter", "_total"):
                return SeriesRequest(key, .counter, unit: family.unit, help: family.help)
            case ("histogram", "_bucket"), ("histogram", "_sum"), ("histogram", "_count"):
                if ending == "_bucket", key.tags["le"] == nil {
                    throw LineProblem(offset, "a bucket of a histogram has no tag 'le'")
                }
                return SeriesRequest(key, .histogram, suffix: ending, unit: family.unit, help: family.help)
            case ("histogram", ""):
                throw LineProblem(
                    offset, "'\(name)' is a histogram, and this is none of its series",
                    hint: "they end with _bucket, _sum and _count")
            case ("summary", "_sum"), ("summary", "_count"):
                return SeriesRequest(key, .counter, unit: family.unit, help: family.help)
            case ("gauge", _), ("summary", ""), ("stateset", _), ("info", _), ("gaugehistogram", _), (_, "_created"):
                return SeriesRequest(key, .gauge, unit: family.unit, help: family.help)
            default: break
            }
            return SeriesRequest(key, nil, unit: family.unit, help: family.help)
        }
        return SeriesRequest(key)
    }

    private static let endings = [
        "", "_total", "_bucket", "_sum", "_count", "_created", "_info", "_gsum", "_gcount",
    ]

    /// The family of that name, or of the name without an ending that its type has.
    private func family(of name: String) -> (String, Family)? {
        for ending in Self.endings where name.hasSuffix(ending) {
            let base = String(name.dropLast(ending.count))
            if let family = families[base], ending.isEmpty || family.type != "gauge" && family.type != nil {
                return (base, family)
            }
        }
        return nil
    }

    private static func unescaped(_ text: String) -> String {
        var bytes: [UInt8] = []
        var isEscaped = false
        for byte in text.utf8 {
            if isEscaped {
                bytes.append(byte == UInt8(ascii: "n") ? 10 : byte)
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension String {
    /// Without spaces at its ends.
    var trimmed: String {
        String(drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
