import CSystem
import DebVisorCore

/// The first bytes of a pack: docs/repository-format.md, section 5.
struct PackHeader: Equatable {
    enum Class: UInt8, Sendable {
        case data = 1, map
    }

    static let length = 64
    static let sessionLength = 64
    private static let magic = Array("DVPACK01".utf8)

    var packClass: Class
    var id: ObjectID
    var repository: ObjectID
    /// Milliseconds.
    var created: Int64
    var sessions: [PackSession]

    /// Header and session descriptors.
    var bytes: [UInt8] {
        var bytes = Self.magic + [packClass.rawValue, UInt8(sessions.count)]
        bytes.appendZeros(6)
        bytes.append(id)
        bytes.append(repository)
        bytes.append(little: UInt64(bitPattern: created))
        bytes.appendZeros(4)
        bytes.append(little: bytes.withUnsafeBytes { dv_crc32c(0, $0.baseAddress, $0.count) })
        return sessions.reduce(bytes) { $0 + $1.bytes }
    }

    var length: Int { Self.length + sessions.count * Self.sessionLength }

    /// - Parameter bytes: at least header and sessions. nil if they are not a sound pack header.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= Self.length, Array(bytes[..<8]) == Self.magic, let packClass = Class(rawValue: bytes[8])
        else { return nil }
        let crc = bytes.withUnsafeBytes { dv_crc32c(0, $0.baseAddress, 60) }
        let count = Int(bytes[9])
        guard bytes.withPointer({ $0.u32(60) }) == crc, count > 0,
            bytes.count >= Self.length + count * Self.sessionLength
        else { return nil }
        self.packClass = packClass
        (id, repository, created) = bytes.withPointer { ($0.id(16), $0.id(32), Int64(bitPattern: $0.u64(48))) }
        sessions = (0..<count).map {
            PackSession(Array(bytes[(Self.length + $0 * Self.sessionLength)...].prefix(Self.sessionLength)))
        }
        // What format 1 leaves zero is zero.
        guard self.bytes == Array(bytes[..<length]) else { return nil }
    }

    init(packClass: Class, id: ObjectID, repository: ObjectID, created: Int64, sessions: [PackSession]) {
        self.packClass = packClass
        self.id = id
        self.repository = repository
        self.created = created
        self.sessions = sessions
    }
}

/// Under which key a run's entries are sealed.
struct PackSession: Equatable {
    var salt: [UInt8]
    var mode: UInt8 = 0
    var epoch: UInt32
    var writer: ObjectID

    var bytes: [UInt8] {
        var bytes = salt + [mode, 0, 0, 0]
        bytes.append(little: epoch)
        bytes.append(writer)
        bytes.appendZeros(8)
        return bytes
    }

    init(salt: [UInt8], epoch: UInt32, writer: ObjectID) {
        self.salt = salt
        self.epoch = epoch
        self.writer = writer
    }

    fileprivate init(_ bytes: [UInt8]) {
        salt = Array(bytes[..<32])
        mode = bytes[32]
        (epoch, writer) = bytes.withPointer { ($0.u32(36), $0.id(40)) }
    }
}
