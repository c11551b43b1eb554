# shellcheck shell=bash
# What every end-to-end script uses. A script is a list of checks; each prints one line, "ok - …", "not ok - …" or
# "skip - …", and none ends the script. `run` beside this file adds them up.
#
#   expect STATUS TITLE COMMAND...     runs it and compares its exit status; leaves $OUT and $ERR, files
#   fails STATUS TITLE TEXT COMMAND... the same for an error: two lines, `debvisor: error:` and a hint, TEXT in them
#   said TITLE TEXT                    stderr of the last command contains TEXT (letter case does not matter)
#   printed TITLE TEXT                 the same for stdout
#   json TITLE FILTER                  jq's FILTER is true of the last command's stdout
#   check TITLE COMMAND...             COMMAND succeeds
#   skip TITLE REASON

set -euo pipefail
LIBRARY=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
PROJECT=$(readlink -f "$LIBRARY/../..")
DEBVISOR=${DEBVISOR:-$PROJECT/.build/debug/debvisor}
# shellcheck disable=SC2034  # for the scripts
READER=$PROJECT/Tests/RepositoryReader/read_repository.py
export NO_COLOR=1 TERM=dumb
unset DEBVISOR_URI DEBVISOR_CONFIG DEBVISOR_STATE_DIR

WORK=$(mktemp -d "${TMPDIR:-/tmp}/dve.XXXXXX")
chmod 755 "$WORK"
OUT=$WORK/stdout
ERR=$WORK/stderr
FAILURES=0
AT_EXIT=()

at_exit() { AT_EXIT+=("$*"); }
end_of_script() {
    local status=$? command
    trap - EXIT
    [ "$status" = 0 ] || report 1 "the script ran to its end (status $status)"
    for command in "${AT_EXIT[@]}"; do eval "$command" || true; done
    rm -rf "$WORK"
    [ "$FAILURES" = 0 ] || exit 1
    exit 0
}
trap end_of_script EXIT
trap 'exit 130' INT TERM

# A debvisor with a state directory of this script's own.
export DEBVISOR_STATE_DIR=$WORK/state
debvisor() { "$DEBVISOR" "$@"; }

report() { # 0|other, title
    if [ "$1" = 0 ]; then
        printf 'ok - %s\n' "$2"
    else
        printf 'not ok - %s\n' "$2"
        FAILURES=$((FAILURES + 1))
    fi
}
# The first lines; `sed` reads to the end, so that what writes is not told off with a signal.
details() { sed -n '1,12s/^/#   /p' "$@"; }
skip() { printf 'skip - %s: %s\n' "$1" "$2"; }

expect() {
    local wanted=$1 title=$2 status=0
    shift 2
    # In a shell of its own: bash would report a command that was killed on this script's stderr.
    ("$@" >"$OUT" 2>"$ERR" </dev/null; exit) 2>/dev/null || status=$?
    if [ "$status" = "$wanted" ]; then report 0 "$title"; else
        report 1 "$title (status $status, not $wanted)"
        details "$ERR"
    fi
}

fails() {
    local wanted=$1 title=$2 text=$3
    shift 3
    expect "$wanted" "$title" "$@"
    check "$title: an error and a hint" is_error "$text"
}
is_error() {
    grep -q '^debvisor: error: ' "$ERR" && grep -q '^  hint: ' "$ERR" && grep -qiF -- "$1" "$ERR" && [ "$(wc -l <"$ERR")" -le 4 ]
}

said() { if grep -qiF -- "$2" "$ERR"; then report 0 "$1"; else report 1 "$1"; details "$ERR"; fi; }
printed() { if grep -qiF -- "$2" "$OUT"; then report 0 "$1"; else report 1 "$1"; details "$OUT"; fi; }
json() {
    # jq is content with no input at all.
    if [ -s "$OUT" ] && jq -e "$2" "$OUT" >/dev/null 2>"$WORK/jq"; then report 0 "$1"; else
        report 1 "$1: $2"
        touch "$WORK/jq"
        details "$WORK/jq" "$OUT"
    fi
}
check() {
    local title=$1
    shift
    if "$@" >"$WORK/check" 2>&1; then report 0 "$title"; else
        report 1 "$title"
        details "$WORK/check"
    fi
}
not() { ! "$@"; }

# Brings samples into the store of metrics: OpenMetrics on stdin.
feed() {
    cat >"$WORK/feed"
    debvisor metric import "$WORK/feed" --format openmetrics -q
}

sha() { sha256sum <"$1"; }
same() { cmp -- "${1:-/nothing}" "${2:-/nothing}"; }
blocks_mib() { echo $(($(stat -c %b "$1" || echo 1073741824) / 2048)); }
# The only file below a directory.
the_file() { find "$1" -type f | head -n 1; }
# A raw disk of $2 MiB with random data in two places.
make_disk() {
    truncate -s "$2M" "$1"
    dd if=/dev/urandom of="$1" bs=1M count=12 seek=3 conv=notrunc status=none
    dd if=/dev/urandom of="$1" bs=1000 count=5000 seek=$(($2 * 1000 / 2)) conv=notrunc status=none
}
