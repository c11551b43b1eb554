import DebVisorCore
import Platform
import Schedules

/// A crontab that a person named.
enum CrontabFile {
    /// - Throws: `notFound`, `denied`; `usage` for one that is too large to be a crontab, or an unknown zone.
    static func read(_ path: String, isSystem: Bool, prefix: String, timezone: String) throws -> Crontab {
        _ = try ScheduleZones().rules(of: timezone)
        let bytes = path == "-" ? try StandardInput.read(limit: 1 << 20) : try NamedFile.read(path, limit: 1 << 20)
        return Crontab(
            String(decoding: bytes, as: UTF8.self), isSystem: isSystem, prefix: prefix, timezone: timezone)
    }
}
