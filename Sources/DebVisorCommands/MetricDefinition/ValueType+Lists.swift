import CommandKit
import DebVisorCore

extension ValueType where Value == [Double] {
    /// Numbers, separated by commas: `0.1,1,10`.
    static func numbers(_ placeholder: String) -> ValueType {
        ValueType(placeholder: placeholder, text: { $0.map(\.description).joined(separator: ",") }) {
            text throws(ValueError) in
            var numbers: [Double] = []
            for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                numbers.append(try ValueType<Double>.double.parse(String(part)))
            }
            return numbers
        }
    }
}

extension ValueType where Value == [String] {
    /// Words, separated by commas; nothing for none of them.
    static func words(_ placeholder: String) -> ValueType {
        ValueType(placeholder: placeholder, text: { $0.joined(separator: ",") }) { text throws(ValueError) in
            guard !text.isEmpty else { return [] }
            let words = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            guard !words.contains("") else { throw ValueError("must be names, separated by commas") }
            return words
        }
    }
}
