#!/usr/bin/env bash
# The commands of README.md, word for word, in its order: each ends with 0, or with the status that README names.
#
# They say /srv, /root, /etc, /var/lib and the PATH of jobs, so they run in a mount namespace of their own, in which those are copies that are
# gone afterwards. Left out, with the reason beside it, is only what `left_out` has.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/lib.sh"

# The reason why a line is not run here; nothing for one that is.
left_out() {
    case $1 in
    make\ *) echo "builds" ;;
    debvisor\ backup\ create\ web1 | debvisor\ backup\ restore\ *) echo "needs a machine; vm.sh has one" ;;
    esac
}
# The statuses that are right for a line.
statuses() {
    case $1 in
    debvisor\ schedule\ daemon | debvisor\ metric\ serve\ *) echo "143" ;; # until it is stopped
    *--fail-on* | *"status 9"*) echo "0 9" ;;
    debvisor\ schedule\ lint\ *) echo "0 9" ;; # the machine's own crontab
    *) echo 0 ;;
    esac
}

commands() { # the lines of all blocks of shell
    awk '/^```sh$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$PROJECT/README.md" | sed '/^#/d; /^[[:space:]]*$/d'
}

# Copies of the directories, which nobody else sees.
if [ -z "${README_INSIDE:-}" ]; then
    if [ "$(id -u)" != 0 ] || ! unshare -m true 2>/dev/null; then
        skip "README's commands" "no mount namespace can be made here"
        exit 0
    fi
    README_INSIDE=1 unshare -m --propagation private bash "$0" || FAILURES=1
    exit 0
fi
mkdir "$WORK/layers"
mount -t tmpfs tmpfs "$WORK/layers"
at_exit "umount -l '$WORK/layers'"
for directory in /srv /root /etc /var/lib /usr/local/bin; do
    layer=$WORK/layers/${directory//\//_}
    mkdir -p "$layer/upper" "$layer/work"
    if ! mount -t overlay overlay -o "lowerdir=$directory,upperdir=$layer/upper,workdir=$layer/work" "$directory"; then
        skip "README's commands" "no copies of directories can be made here"
        exit 0
    fi
done

# What README takes for granted: the binary where jobs find it, a hypervisor (libvirt's test driver, without machines),
# the directory of node_exporter, some files with samples, and somebody who takes webhooks.
prepared() {
    unset DEBVISOR_STATE_DIR XDG_CONFIG_HOME XDG_STATE_HOME
    rm -rf /var/lib/debvisor /etc/debvisor /root/.config/debvisor
    mkdir -p "$WORK/here" /etc/debvisor /var/lib/prometheus/node-exporter
    ln -sf "$(readlink -f "$DEBVISOR")" /usr/local/bin/debvisor
    export PATH=/usr/local/bin:$PATH
    echo '<node><cpu><mhz>1000</mhz></cpu></node>' >"$WORK/node.xml"
    echo "connect = test://$WORK/node.xml" >/etc/debvisor/debvisor.conf
    [ -e /etc/crontab ] || echo '17 * * * * root true' >/etc/crontab
    cd "$WORK/here" || return 1
    python3 - >dump.om <<'PY'
import math, random, time
random.seed(1)
now = int(time.time() / 60) * 60
print("# TYPE node_load1 gauge")
for host in "abcdefghijklmnopqrstuvwx":
    for row in range(1500):
        value = 1 + random.gauss(0, 0.05) + (9 if 1470 <= row < 1476 else 0)
        print(f'node_load1{{host="{host}"}} {value:.3f} {now - (1500 - row) * 60}')
print("# TYPE pool_used_percent gauge")
for row in range(1500):
    print(f'pool_used_percent{{pool="ssd"}} {60 + row / 100 + random.gauss(0, 0.1):.2f} {now - (1500 - row) * 600}')
print("# EOF")
PY
    awk 'BEGIN { print "timestamp,value"; for (i = 0; i < 500; i++) printf "2026-01-01 %02d:%02d:00,%d\n", i / 60, i % 60, 40 + i % 7 }' >load.csv
    mkdir "$WORK/hook"
    echo 204 >"$WORK/hook/mode"
    python3 "$LIBRARY/webhook_receiver.py" "$WORK/hook" &
    at_exit "kill $!"
    for _ in $(seq 100); do [ ! -s "$WORK/hook/port" ] || break; sleep 0.1; done
    echo "http://127.0.0.1:$(<"$WORK/hook/port")/token" >/etc/debvisor/chat.url
    chmod 600 /etc/debvisor/chat.url
}
# What README's lines need that no line before them makes.
need() {
    case $1 in
    "debvisor backup list")
        make_disk web1.raw 48
        debvisor backup create --file web1.raw --name web1 -q
        ;;
    debvisor\ alert\ show\ *)
        debvisor alert rule add load node_load1 --above 0.1 -q
        debvisor alert run -q || true
        ALERT=$(debvisor alert list -o json | jq -r '.[0].id')
        ;;
    esac
}
run_line() { # the line; README's ids are of no alert that is here
    local line=${1//3e4/${ALERT:-3e4}} status=0 wanted
    wanted=$(statuses "$1")
    case $1 in
    debvisor\ system\ import\ *) # asks on a terminal
        script -qec "$line" /dev/null <<<"y" >"$OUT" 2>"$ERR" || status=$? ;;
    debvisor\ schedule\ daemon | debvisor\ metric\ serve\ *)
        timeout --preserve-status 2 bash -c "exec $line" >"$OUT" 2>"$ERR" </dev/null || status=$? ;;
    *) bash -c "$line" >"$OUT" 2>"$ERR" </dev/null || status=$? ;;
    esac
    case " $wanted " in *" $status "*) report 0 "$1" ;; *)
        report 1 "$1 (status $status, not $wanted)"
        details "$ERR"
        details "$OUT"
        ;;
    esac
}

prepared
count=0
while read -r line <&3; do
    reason=$(left_out "$line")
    if [ -n "$reason" ]; then
        printf '# left out, %s: %s\n' "$reason" "$line"
        continue
    fi
    need "$line" >/dev/null
    run_line "$line"
    count=$((count + 1))
done 3< <(commands)
check "there are many" test "$count" -gt 45
