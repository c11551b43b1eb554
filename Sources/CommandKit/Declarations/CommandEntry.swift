/// A command without its type: closures over the metatype, so that a tree of hundreds costs nothing to build.
struct CommandEntry<Context: Sendable>: Sendable {
    /// What a command gives back before anything is written.
    enum Outcome: Sendable {
        case report(Report)
        case plan(Plan)
    }

    let info: @Sendable () -> CommandInfo
    let effect: @Sendable () -> Effect
    let shapes: @Sendable () -> [InputShape]
    let rules: @Sendable () -> [RuleShape]
    let run: @Sendable (ParsedValues, Context, Session) async throws -> Outcome

    init<C: ReadingCommand>(reading type: C.Type) where C.Context == Context {
        self.init(type, effect: { .reads }) { values, context, session in
            .report(try await C().run(Parsed(C.Inputs(), values), context, session))
        }
    }

    init<C: ChangingCommand>(changing type: C.Type) where C.Context == Context {
        self.init(type, effect: { C.info.effect ?? .changes }) { values, context, session in
            .plan(try await C().plan(Parsed(C.Inputs(), values), context, session))
        }
    }

    private init<C: Command>(
        _ type: C.Type, effect: @escaping @Sendable () -> Effect,
        run: @escaping @Sendable (ParsedValues, Context, Session) async throws -> Outcome
    ) where C.Context == Context {
        self.info = { C.info }
        self.effect = effect
        self.shapes = { InputSurvey.shapes(of: C.Inputs.self) }
        self.rules = { InputSurvey.rules(of: C.Inputs.self) + C.rules.map(RuleShape.init) }
        self.run = run
    }
}
