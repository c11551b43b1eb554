/// The parts of the manual that the declarations do not know.
package struct ManualTexts: Sendable {
    /// The date of the pages, as `November 24, 2026`; given, so that a build makes the same pages every day.
    package var date = "January 1, 2026"
    /// Files for the FILES section of the program's page: path and meaning.
    package var files: [(path: String, meaning: String)] = []
    /// Variables for its ENVIRONMENT section.
    package var environment: [(name: String, meaning: String)] = []
    /// Sections of `NAME.conf(5)`; no page without.
    package var configuration: [ManualSection] = []

    package init() {}
}

/// A titled part of a manual page.
package struct ManualSection: Sendable {
    /// In capitals.
    package var title: String
    /// Paragraphs, separated by an empty line; a paragraph whose lines are all indented is shown as it stands.
    package var text: String

    package init(_ title: String, _ text: String) {
        self.title = title
        self.text = text
    }
}
