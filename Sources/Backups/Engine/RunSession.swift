import Cryptography

/// One run's keys: every entry that this process seals belongs to one of two sessions with fresh salts.
struct RunSession: Sendable {
    let writer: ObjectID
    let data: PackSession
    let map: PackSession
    private let dataKey: [UInt8]
    private let mapKey: [UInt8]

    init(_ keys: KeyBundle, writer: ObjectID) throws {
        self.writer = writer
        guard let epoch = keys.epochs.last else { preconditionFailure("a bundle has an epoch") }
        data = PackSession(salt: try randomBytes(32), epoch: epoch.epoch, writer: writer)
        map = PackSession(salt: try randomBytes(32), epoch: epoch.epoch, writer: writer)
        dataKey = try Self.key(data, .data, keys)
        mapKey = try Self.key(map, .map, keys)
    }

    /// The key of a session found in a pack.
    static func key(_ session: PackSession, _ packClass: PackHeader.Class, _ keys: KeyBundle) throws -> [UInt8] {
        let epoch = try keys.epoch(session.epoch)
        let secret = packClass == .data ? epoch.dataKey : epoch.mapKey
        return try deriveKey(from: secret, salt: session.salt, info: "debvisor pack")
    }

    func session(_ packClass: PackHeader.Class) -> PackSession { packClass == .data ? data : map }

    func cipher(_ packClass: PackHeader.Class) throws -> AuthenticatedCipher {
        try AuthenticatedCipher(key: packClass == .data ? dataKey : mapKey)
    }
}
