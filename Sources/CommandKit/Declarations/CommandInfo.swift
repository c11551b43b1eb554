/// What a command is called, what it does, and how it may end.
package struct CommandInfo: Sendable {
    package var name: String
    package var aliases: [String]
    /// One line, upper case first, no full stop: `List virtual machines`.
    package var summary: String
    /// Paragraphs, separated by an empty line.
    package var discussion: String
    package var examples: [Example]
    /// The statuses beyond 0, 1, 2 and 130 that the command can end with.
    package var statuses: [ExitStatus]
    /// What it does to the world; nil follows from the protocol (`reads` or `changes`).
    package var effect: Effect?
    /// The record it prints: FIELDS of help and manual, `--fields` and its completion.
    package var prints: (any Record.Type)?
    /// Hidden commands run but are not shown in help, completion and manual.
    package var isHidden: Bool

    package init(
        _ name: String, aliases: [String] = [], _ summary: String, discussion: String = "", examples: [Example] = [],
        statuses: [ExitStatus] = [], effect: Effect? = nil, prints: (any Record.Type)? = nil, hidden: Bool = false
    ) {
        self.name = name
        self.aliases = aliases
        self.summary = summary
        self.discussion = discussion
        self.examples = examples
        self.statuses = statuses
        self.effect = effect
        self.prints = prints
        self.isHidden = hidden
    }
}

/// A command line that works as it stands, and what it does. The app's tests run each one.
package struct Example: Sendable, Equatable {
    package var line: String
    package var explanation: String
    /// How it ends; shown nowhere, but tested.
    package var status: ExitStatus
    /// A part of what it prints; shown nowhere, but tested.
    package var prints: String

    package init(_ line: String, _ explanation: String, status: ExitStatus = .done, prints: String = "") {
        self.line = line
        self.explanation = explanation
        self.status = status
        self.prints = prints
    }
}

/// What a command does to the world.
package enum Effect: String, Sendable, CaseIterable {
    case reads
    /// Can be undone or repeated: never asks.
    case changes
    /// Loses something: shows its steps and asks, or needs `--yes`.
    case destroys
}
