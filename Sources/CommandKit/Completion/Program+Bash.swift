extension Program {
    /// The hidden first word by which the script asks.
    static var completionWord: String { "__complete" }

    /// Answers `__complete CURSOR WORDS…`: the kind on the first line, then a candidate a line.
    func answerCompletion(_ words: [String], _ console: Console) -> Int32? {
        guard words.first == Self.completionWord else { return nil }
        guard words.count >= 2, let cursor = Int(words[1]), cursor >= 1 else { return ExitStatus.usage.rawValue }
        let typed = ShellWords(Array(words.dropFirst(2)), cursor: cursor - 1)
        let found = complete(after: typed.before, typing: typed.current)
        var lines = [found.kind.rawValue]
        for candidate in found.candidates.prefix(500) where candidate.hasPrefix(typed.kept) {
            let rest = String(candidate.dropFirst(typed.kept.count))
            let isFile = found.kind == .files || found.kind == .directories
            lines.append(typed.isQuoted || isFile ? rest : ShellWords.escaped(rest))
        }
        _ = console.write(.output, lines.joined(separator: "\n") + "\n")
        return ExitStatus.done.rawValue
    }

    /// The completion script for bash. It is fixed: everything that changes is asked of the binary.
    package var bashCompletion: String {
        """
        # bash completion for \(name): asks the binary, which knows its commands, options and objects.
        _\(name)() {
            local IFS=$'\\n' lines
            local ask=("${1/#\\~/$HOME}" \(Self.completionWord))
            mapfile -t lines < <("${ask[@]}" "$COMP_CWORD" "${COMP_WORDS[@]:1}" 2>/dev/null)
            COMPREPLY=()
            case ${lines[0]-} in
                words) COMPREPLY=("${lines[@]:1}") ;;
                parts) compopt -o nospace; COMPREPLY=("${lines[@]:1}") ;;
                files) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "${lines[1]-}") ;;
                directories) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "${lines[1]-}") ;;
            esac
        }
        complete -F _\(name) \(name)

        """
    }
}
