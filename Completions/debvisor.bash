# bash completion for debvisor: asks the binary, which knows its commands, options and objects.
_debvisor() {
    local IFS=$'\n' lines
    local ask=("${1/#\~/$HOME}" __complete)
    mapfile -t lines < <("${ask[@]}" "$COMP_CWORD" "${COMP_WORDS[@]:1}" 2>/dev/null)
    COMPREPLY=()
    case ${lines[0]-} in
        words) COMPREPLY=("${lines[@]:1}") ;;
        parts) compopt -o nospace; COMPREPLY=("${lines[@]:1}") ;;
        files) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "${lines[1]-}") ;;
        directories) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "${lines[1]-}") ;;
    esac
}
complete -F _debvisor debvisor
