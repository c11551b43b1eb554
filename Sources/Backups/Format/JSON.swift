import DebVisorCore
import Foundation

/// JSON of the repository's objects; keys are spelt as in docs/repository-format.md.
enum JSON {
    static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }

    /// - Throws: `attention`, naming `object`.
    static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8], of object: String) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw Fault(.attention, "'\(object)' in the repository is not understood", cause: "\(error)")
        }
    }
}
