import DebVisorCore
import Platform
import Schedules

/// Zones by name, each read once.
final class ScheduleZones {
    private var known: [String: TimeZoneRules] = [:]

    /// - Throws: `usage` for a zone that the machine does not know, `unavailable` without zone data.
    func rules(of name: String) throws -> TimeZoneRules {
        if let rules = known[name] { return rules }
        do throws(TimeZoneError) {
            let rules = try TimeZoneRules.load(named: name)
            known[name] = rules
            return rules
        } catch {
            throw Fault(error)
        }
    }

    /// An instant as a zone writes it; in UTC if the zone is not there any more.
    func text(_ time: Timestamp, in zone: String?) -> String {
        let rules = zone.flatMap { try? self.rules(of: $0) } ?? TimeZoneRules.utc
        return rules.rfc3339(time.seconds)
    }
}

extension AppContext {
    /// The zone of this host: TZ, /etc/localtime, /etc/timezone, UTC; the first that names one.
    var hostTimeZone: String {
        let marker = "/zoneinfo/"
        let linked = Directory.resolved("/etc/localtime").flatMap { path in
            path.firstRange(of: marker).map { String(path[$0.upperBound...]) }
        }
        let written = (try? DurableFile.read("/etc/timezone", limit: 256)).map {
            String(decoding: $0.prefix { $0 > 32 }, as: UTF8.self)
        }
        return [environment["TZ"], linked, written].compactMap(\.self).first(where: isZone) ?? TimeZoneRules.utc.name
    }

    private func isZone(_ name: String) -> Bool { (try? TimeZoneRules.load(named: name)) != nil }
}
