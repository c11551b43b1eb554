/// Finds the command of a line. Options may stand before the noun, and only the command knows whether an option has a
/// value in the next word; so lines with such options are read both ways, and the reading that leads to a command
/// which agrees with it is the right one.
struct CommandResolver<Context: Sendable> {
    /// What a line means.
    struct Resolution {
        var path: CommandPath<Context>
        var table: InputTable
        var line: ScannedLine
    }

    let tree: [CommandNode<Context>]
    /// Options that are known without a command.
    let common: InputTable
    let tableOf: (CommandEntry<Context>) -> InputTable

    /// Six uncertain words before the command are 64 readings: more than a person writes.
    private static var mostUncertain: Int { 6 }

    func resolve(_ words: [String]) -> Resolution {
        let plain = WordScanner(table: common).scan(words)
        let uncertain = plain.uncertain.prefix(Self.mostUncertain)
        for reading in 0..<(1 << uncertain.count) {
            let swallowing = Set(uncertain.enumerated().filter { reading >> $0.offset & 1 == 1 }.map(\.element))
            let line = WordScanner(table: common, swallowing: swallowing).scan(words)
            let path = CommandPath(line.operands.map(\.text), in: tree)
            guard let entry = path.entry else { continue }
            let table = tableOf(entry)
            let own = WordScanner(table: table).scan(words)
            if CommandPath(own.operands.map(\.text), in: tree).words == path.words {
                return Resolution(path: path, table: table, line: own)
            }
        }
        return Resolution(path: CommandPath(plain.operands.map(\.text), in: tree), table: common, line: plain)
    }
}
