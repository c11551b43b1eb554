import DebVisorCore
import Platform

extension TimeZoneRules {
    /// Where Debian's package tzdata has its files.
    package static let directory = "/usr/share/zoneinfo"

    /// Reads a zone, or a link to one, from the machine's zone data. `UTC` needs none.
    ///
    /// Each call reads the file (about 0.1 ms); whoever asks often keeps the rules.
    package static func load(
        named name: String, directory: String = Self.directory
    ) throws(TimeZoneError) -> TimeZoneRules {
        if name == utc.name { return utc }
        func unknown(_ reason: String) -> TimeZoneError {
            TimeZoneError(
                kind: .unknown, name: name, reason: reason,
                suggestions: ZoneNames.near(name, among: ZoneNames.all(in: directory)))
        }
        guard ZoneNames.isPossible(name) else { throw unknown("'\(name)' is not the name of a time zone") }
        let path = "\(directory)/\(name)"
        guard !Directory.isDirectory(path) else { throw unknown("there is no time zone '\(name)'") }
        let bytes: [UInt8]
        do throws(Fault) {
            bytes = try contents(of: path)
        } catch  where error.kind == .notFound {
            guard Directory.isDirectory(directory) else {
                throw TimeZoneError(kind: .noData, name: name, reason: "there is no zone data in '\(directory)'")
            }
            throw unknown("there is no time zone '\(name)'")
        } catch {
            throw TimeZoneError(
                kind: .unreadable, name: name, reason: "'\(path)' cannot be read: \(error.cause ?? error.message)")
        }
        do throws(ZoneFile.Damage) {
            let file = try ZoneFile(bytes)
            return TimeZoneRules(name: name, first: file.first, transitions: file.transitions, rule: file.footer)
        } catch {
            throw TimeZoneError(kind: .unreadable, name: name, reason: "'\(path)' cannot be used: \(error.reason)")
        }
    }

    /// A whole small file: the largest zone has 4 KiB, the list of names 20.
    static func contents(of path: String) throws(Fault) -> [UInt8] {
        do {
            return try DurableFile.read(path, limit: 256 << 10)
        } catch let fault as Fault {
            throw fault
        } catch {
            throw Fault(.failed, "cannot read '\(path)'")
        }
    }
}
