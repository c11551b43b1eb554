import CommandKit

/// What a plot is drawn with.
struct PlotSigns: Sendable, Equatable {
    /// Dots of a cell.
    var dots: (wide: Int, high: Int)
    var side, sideTick, corner, bottom, bottomTick, mark, shade: Character

    /// Braille: eight dots a cell.
    static let unicode = PlotSigns(
        dots: (2, 4), side: "│", sideTick: "┤", corner: "└", bottom: "─", bottomTick: "┬", mark: "▲", shade: "░")

    static let ascii = PlotSigns(
        dots: (1, 1), side: "|", sideTick: "+", corner: "+", bottom: "-", bottomTick: "+", mark: "^", shade: ".")

    static func == (a: PlotSigns, b: PlotSigns) -> Bool { a.dots == b.dots && a.shade == b.shade }

    /// By the dots that are set, bit `x + wide * y` from the lower left; nil for none.
    func character(_ set: UInt8) -> Character? {
        guard set != 0 else { return nil }
        guard dots.high > 1 else { return "*" }
        // Unicode numbers the dots of braille by columns from the top, but for the lowest two.
        let bits: [UInt32] = [0x40, 0x80, 0x04, 0x20, 0x02, 0x10, 0x01, 0x08]
        var pattern: UInt32 = 0x2800
        for (number, bit) in bits.enumerated() where set & 1 << number != 0 { pattern |= bit }
        return Unicode.Scalar(pattern).map(Character.init)
    }
}

extension Session {
    /// What the person's terminal can show: ASCII without UTF-8, for `TERM=dumb`, and for the console of Linux, which has
    /// no braille.
    var plotSigns: PlotSigns {
        let terminal = console.environment("TERM")
        guard terminal != "dumb", terminal != "linux" else { return .ascii }
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { console.environment($0) }.first { !$0.isEmpty }
        let name = (locale ?? "").lowercased()
        return name.contains("utf-8") || name.contains("utf8") ? .unicode : .ascii
    }

    /// Cells of a line; on very wide terminals not all, for a plot that is much wider than high shows slopes badly.
    var plotWidth: Int { min(console.width(), 160) }
}
