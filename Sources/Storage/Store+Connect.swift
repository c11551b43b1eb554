import GRDB

extension Store {
    enum Mode {
        case readingAndWriting
        /// The schema changes: foreign keys are not enforced meanwhile.
        case migrating
        /// Waiting at most so many seconds for a lock.
        case reading(patience: Double)
        case readingUnchanging
        /// Somebody else's connection is not waited for long.
        case retiring
    }

    /// Opens the file as it is.
    static func connect(
        _ description: StoreDescription, _ path: String, _ mode: Mode = .readingAndWriting
    ) throws -> Store {
        var configuration = Configuration()
        configuration.label = description.name
        configuration.busyMode = .timeout(10)
        var name = path
        switch mode {
        case .readingAndWriting: break
        case .migrating: configuration.foreignKeysEnabled = false
        case .retiring: configuration.busyMode = .timeout(2)
        case .reading(let patience):
            configuration.readonly = true
            configuration.busyMode = .timeout(patience)
        case .readingUnchanging:
            configuration.readonly = true
            configuration.busyMode = .immediateError
            name = immutableURI(path)
        }
        // Of no use to who only reads, and a statement each.
        if configuration.readonly {
            configuration.foreignKeysEnabled = false
        } else {
            configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        }
        let queue = try DatabaseQueue(path: name, configuration: configuration)
        return Store(description: description, path: path, queue: queue)
    }

    /// SQLite's URI of a file that nobody changes while it is open (https://www.sqlite.org/uri.html); Debian's SQLite
    /// is built to understand URIs.
    private static func immutableURI(_ path: String) -> String {
        var uri: [UInt8] = Array("file:".utf8)
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "?"): uri += "%3f".utf8
            case UInt8(ascii: "#"): uri += "%23".utf8
            case UInt8(ascii: "%"): uri += "%25".utf8
            default: uri.append(byte)
            }
        }
        return String(decoding: uri + "?immutable=1".utf8, as: UTF8.self)
    }
}
