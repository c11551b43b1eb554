extension Parsed {
    /// The values of a command line that holds nothing but these inputs; for tests of commands.
    /// - Throws: `Failure` of kind `usage`.
    package init(_ words: [String]) throws {
        let inputs = Inputs()
        let table = InputTable(own: InputSurvey.shapes(of: Inputs.self), common: [])
        let line = WordScanner(table: table).scan(words)
        let values = try InputBinding(table: table, rules: InputSurvey.rules(of: Inputs.self)).values(
            of: line, operands: line.operands.map(\.text))
        self.init(inputs, values)
    }
}
