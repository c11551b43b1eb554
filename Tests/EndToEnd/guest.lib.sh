# shellcheck shell=bash
# What every script with a real guest uses, on top of lib.sh.

GUEST=$PROJECT/Examples/lab/guest
export DEBVISOR_GUEST_DIR=$WORK/guest

# On the guest's side everything has the names that libvirt knows.
debvisor() { debvisor_with DEBVISOR_URI="$GUEST_URI" "$@"; }
# With one more setting, NAME=VALUE.
debvisor_with() {
    local setting=$1
    shift
    "$GUEST" run env DEBVISOR_STATE_DIR="$DEBVISOR_STATE_DIR" DEBVISOR_URI="$GUEST_URI" "$setting" "$DEBVISOR" "$@"
}
virsh() { "$GUEST" run virsh -q -c "$GUEST_URI" "$@"; }

# Makes the guest, with the options given to it; says why not if it cannot be.
bring_up() {
    if [ "$(uname -m)" != x86_64 ] || ! "$GUEST" up "$@" >"$WORK/up" 2>&1; then
        skip "everything with a guest" "$(tail -n 1 "$WORK/up" 2>/dev/null)"
        return 1
    fi
    details "$WORK/up"
    at_exit "'$GUEST' --dir '$DEBVISOR_GUEST_DIR' down"
    eval "$("$GUEST" env)"
    # The guest's side may be another user, whose files these will be.
    chown "$("$GUEST" run id -u)" "$WORK"
}

# Sockets of backup jobs: in the machine's own directory, where QEMU may make them.
job_sockets() { compgen -G "$DEBVISOR_GUEST_DIR/lib/qemu/domain-*/debvisor-*" || compgen -G "$DEBVISOR_GUEST_DIR/c/libvirt/qemu/lib/domain-*/debvisor-*"; }

# A debvisor that stops itself when the backup job is open, so that others may look; only debug builds can.
has_stop_points() { grep -q DEBVISOR_STOPPOINT "$DEBVISOR"; }
wait_until_stopped() {
    local pid
    for _ in $(seq 600); do
        for pid in $("$GUEST" pid debvisor); do
            [ "$(sed -n 's/^State:[[:space:]]*//p' "/proc/$pid/status" 2>/dev/null | cut -c1)" != T ] || return 0
        done
        sleep 0.1
    done
    return 1
}

# nsenter stops itself when its child stops, and would sleep on; woken, it wakes the child.
go_on() {
    local pid
    for pid in $("$GUEST" pid debvisor || true); do
        kill -CONT "$(ps -o ppid= -p "$pid" | tr -d ' ')" "$pid" 2>/dev/null || true
    done
}

# Kills it instead; what had stopped together with it has to be woken, or it waits for ever.
kill_held() {
    local pid parent
    for pid in $("$GUEST" pid debvisor || true); do
        parent=$(ps -o ppid= -p "$pid" | tr -d ' ')
        kill -KILL "$pid"
        kill -CONT "$parent" 2>/dev/null || true
    done
}
