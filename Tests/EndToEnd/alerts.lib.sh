# shellcheck shell=bash
# Alerts for scripts, seen through the library as rules see them; after lib.sh.

ALERTS_DRIVER=$(dirname "$(readlink -f "$DEBVISOR")")/AlertsDriver
# A rule without a condition of its own fires above 90 and is over below 80: seen RULE VALUE VM [HOST [SEVERITY]]
seen() {
    printf '%s\tdisk_used_percent\t%s\t%s\t%s\tvm=%s\tvda of %s is %s %% full\n' "$1" "${5:-warning}" "$2" "${4:-h1}" \
        "$3" "$3" "$2" | "$ALERTS_DRIVER" "$DEBVISOR_STATE_DIR" see
}
alert() { debvisor alert "$@"; }
# The id of the alert of a rule and a machine.
id_of() { alert list --all "rule=$1" "vm=$2" -o json | jq -r '.[0].id'; }
status_of() { alert list --all "rule=$1" "vm=$2" -o json | jq -r '.[0].status'; }
