import Cryptography
import DebVisorCore

/// Every secret of a repository; wrapped by each key slot.
package struct KeyBundle: Sendable, Equatable {
    package struct Epoch: Sendable, Equatable, Codable {
        var epoch: UInt32
        var dataKey: [UInt8]
        var mapKey: [UInt8]
    }

    var formatDigest: [UInt8]
    var idKey: [UInt8]
    var pageKey: [UInt8]
    var cutKey: [UInt8]
    var metaKey: [UInt8]
    var indexKey: [UInt8]
    var epochs: [Epoch]

    static func generate(formatDigest: [UInt8]) throws -> KeyBundle {
        func key() throws -> [UInt8] { try randomBytes(32) }
        return try KeyBundle(
            formatDigest: formatDigest, idKey: key(), pageKey: key(), cutKey: key(), metaKey: key(), indexKey: key(),
            epochs: [Epoch(epoch: 1, dataKey: key(), mapKey: key())])
    }

    /// - Throws: `attention` if the repository names an epoch whose keys are not in the bundle.
    func epoch(_ number: UInt32) throws -> Epoch {
        guard let epoch = epochs.first(where: { $0.epoch == number }) else {
            throw Fault(.attention, "the repository has no keys for epoch \(number)")
        }
        return epoch
    }
}

/// The JSON of a bundle: docs/repository-format.md, section 3.
struct KeyBundleFile: Codable {
    struct Epoch: Codable {
        var epoch: UInt32
        var data_key: String
        var map_key: String
    }
    var version = 1
    var format_sha256: String
    var id_key: String
    var page_key: String
    var cut_key: String
    var meta_key: String
    var index_key: String
    var epochs: [Epoch]

    init(_ bundle: KeyBundle) {
        format_sha256 = bundle.formatDigest.hex
        id_key = bundle.idKey.hex
        page_key = bundle.pageKey.hex
        cut_key = bundle.cutKey.hex
        meta_key = bundle.metaKey.hex
        index_key = bundle.indexKey.hex
        epochs = bundle.epochs.map { Epoch(epoch: $0.epoch, data_key: $0.dataKey.hex, map_key: $0.mapKey.hex) }
    }

    func bundle() throws -> KeyBundle {
        func key(_ text: String) throws -> [UInt8] {
            guard let bytes = [UInt8](hex: text), bytes.count == 32 else {
                throw Fault(.attention, "the key bundle of the repository is malformed")
            }
            return bytes
        }
        guard !epochs.isEmpty else { throw Fault(.attention, "the key bundle of the repository is empty") }
        return try KeyBundle(
            formatDigest: key(format_sha256), idKey: key(id_key), pageKey: key(page_key), cutKey: key(cut_key),
            metaKey: key(meta_key), indexKey: key(index_key),
            epochs: epochs.map { try .init(epoch: $0.epoch, dataKey: key($0.data_key), mapKey: key($0.map_key)) })
    }
}
