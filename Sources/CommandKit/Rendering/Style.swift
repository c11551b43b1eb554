/// Colour, or none: what a stream, the environment and `--color` allow. No meaning is carried by colour alone.
struct Style: Sendable {
    let isOn: Bool

    static let plain = Style(isOn: false)

    init(isOn: Bool) { self.isOn = isOn }

    /// `--color` wins, then `NO_COLOR`, `CLICOLOR_FORCE`, `TERM=dumb`, `CLICOLOR=0`, and whether it is a terminal.
    init(_ choice: ColorChoice, _ stream: Console.Stream, _ console: Console) {
        switch choice {
        case .always: isOn = true
        case .never: isOn = false
        case .auto:
            if console.environment("NO_COLOR")?.isEmpty == false {
                isOn = false
            } else if let force = console.environment("CLICOLOR_FORCE"), force != "0", !force.isEmpty {
                isOn = true
            } else {
                let isDumb = console.environment("TERM") == "dumb" || console.environment("CLICOLOR") == "0"
                isOn = !isDumb && console.isTerminal(stream)
            }
        }
    }

    func bold(_ text: String) -> String { wrap(text, "1") }
    func dim(_ text: String) -> String { wrap(text, "2") }
    func red(_ text: String) -> String { wrap(text, "1;31") }
    func yellow(_ text: String) -> String { wrap(text, "33") }

    private func wrap(_ text: String, _ code: String) -> String {
        isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
