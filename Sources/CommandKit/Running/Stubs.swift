extension Program {
    func answerCompletion(_ words: [String], _ console: Console) -> Int32? { nil }
    func helpText(_ path: CommandPath<Context>, _ console: Console, _ settings: OutputSettings) -> String { "" }
    var interface: FieldValue { .list([]) }
    var bashCompletion: String { "" }
    func writeManual(to directory: String, _ outlet: Outlet, _ settings: OutputSettings) -> Int32 { 0 }
}
