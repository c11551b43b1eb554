import GRDB
import Glibc
import Platform
import Storage

/// A directory of one test's own, gone when the test is.
final class ScratchDirectory: Sendable {
    let state: StateDirectory

    init() throws {
        state = StateDirectory("/tmp/debvisor-storage-\(UInt64.random(in: .min ... .max))")
    }

    deinit {
        for name in (try? Directory.names(in: state.path)) ?? [] { _ = try? Directory.remove(state.file(name), "test") }
        _ = try? Directory.removeDirectory(state.path, "test")
    }

    func mode(of name: String) -> mode_t? {
        var info = stat()
        return stat(state.file(name), &info) == 0 ? info.st_mode & 0o777 : nil
    }

    var names: [String] { (try? Directory.names(in: state.path)) ?? [] }
}

/// A store of boxes and the things in them, after so many steps of its schema.
func boxes(steps: Int = 2) -> StoreDescription {
    let all = [
        Migration("boxes", sql: "CREATE TABLE box (id INTEGER PRIMARY KEY, label TEXT NOT NULL UNIQUE)"),
        Migration(
            "things", sql: "CREATE TABLE thing (id INTEGER PRIMARY KEY, box INTEGER NOT NULL REFERENCES box (id))"),
        Migration("colours", sql: "ALTER TABLE box ADD COLUMN colour TEXT"),
    ]
    return StoreDescription(
        name: "boxes", path: "boxes.db", recovery: "move it away", migrations: Array(all.prefix(steps)))
}

extension Store {
    func labels() throws -> [String] {
        try read { try String.fetchAll($0, sql: "SELECT label FROM box ORDER BY label") }
    }

    func add(_ label: String) throws {
        try write("test") { try $0.execute(sql: "INSERT INTO box (label) VALUES (?)", arguments: [label]) }
    }
}
