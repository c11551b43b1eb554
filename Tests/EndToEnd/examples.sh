#!/usr/bin/env bash
# The examples that bring all they need: each has to end well and to print what its header promises ("# prints: …").
# Examples/backup-vm.sh and nightly.sh are run by vm.sh, which has a machine for them.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/lib.sh"
unset DEBVISOR_STATE_DIR

example() {
    local file=$PROJECT/Examples/$1 promise
    expect 0 "Examples/$1" env DEBVISOR="$DEBVISOR" "$file"
    while read -r promise; do printed "prints: $promise" "$promise"; done < <(sed -n 's/^# prints: //p' "$file")
}

example backup-file.sh
example schedule.sh
example prometheus-textfile.sh
# A loop device that can be mounted.
if [ "$(id -u)" = 0 ] && losetup -f >/dev/null 2>&1; then
    example disk-full.sh
else
    skip Examples/disk-full.sh "no file system can be mounted here"
fi
# Another demo may be running in this checkout, and its directory is one.
if [ -e "$PROJECT/.demo" ]; then
    skip Examples/demo.sh ".demo is there: a demo is running or was kept"
elif [ "$(uname -m)" != x86_64 ]; then
    skip "Examples/demo.sh, anomaly.sh and alerts.sh" "their promises are about a guest"
else
    example demo.sh
    check "the demo leaves nothing" not test -e "$PROJECT/.demo"
    export CALM=40 LOAD=10
    if [ -x /usr/sbin/qemu-ga ]; then
        example anomaly.sh
        CALM='' example alerts.sh
    else
        skip "Examples/anomaly.sh and alerts.sh" "no qemu-guest-agent for the guest"
    fi
fi
