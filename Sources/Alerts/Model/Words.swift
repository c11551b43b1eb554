import Glibc

/// Numbers for people, and letters of names.
enum Words {
    /// A letter of ASCII, a digit or one of `marks`.
    static func isPlain(_ byte: UInt8, and marks: String) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122: true
        default: marks.utf8.contains(byte)
        }
    }

    /// Four digits that count: `41.27`, `1234000`, `0.00005678`.
    static func number(_ number: Double) -> String {
        guard number != 0, number.isFinite else { return number == 0 ? "0" : number > 0 ? "infinity" : "\(number)" }
        let scale = 3 - Int(floor(log10(abs(number))))
        let power = pow(10, Double(abs(scale)))
        let rounded = scale >= 0 ? (number * power).rounded() / power : (number / power).rounded() * power
        let text = "\(rounded.isFinite ? rounded : number)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
