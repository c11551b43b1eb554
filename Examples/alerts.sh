#!/usr/bin/env bash
# A real guest writes as it never did: the alert fires, explains itself, tells a receiver, somebody takes it on, and it is
# over when the guest is calm.
#
# Makes a tiny guest with a libvirtd of its own in a temporary directory, as Examples/demo.sh does: Debian packages of
# `scripts/install-dependencies guest`, with qemu-guest-agent, through which the guest is given its load. The receiver is a
# small web server on the loopback of where that runs. Takes about half a minute. Nothing here is invented: the times are those at
# which the samples were taken.
#
# prints: told: firing
# prints: anna looks after it
# prints: status 9
# prints: told: resolved
#
# Environment: DEBVISOR (debvisor)  CALM (5, rounds before the load)
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
CALM=${CALM:-5}
DEBVISOR=$(command -v "${DEBVISOR:-debvisor}")
work=$(mktemp -d "${TMPDIR:-/tmp}/alerts.XXXXXX")
chmod 755 "$work"
export DEBVISOR_GUEST_DIR=$work/guest
GUEST=Examples/lab/guest
receiver=
trap '[ -z "$receiver" ] || kill "$receiver" 2>/dev/null || true; "$GUEST" down >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

[ -x /usr/sbin/qemu-ga ] || { echo "alerts.sh: needs the package qemu-guest-agent" >&2; exit 1; }
"$GUEST" up
eval "$("$GUEST" env)"
chown "$("$GUEST" run id -u)" "$work"
debvisor() { "$GUEST" run env DEBVISOR_URI="$GUEST_URI" DEBVISOR_STATE_DIR="$work/state" "$DEBVISOR" "$@"; }
in_the_guest() { # text for a shell
    "$GUEST" run virsh -q -c "$GUEST_URI" qemu-agent-command "$GUEST_NAME" \
        "$(jq -cn --arg text "$1" '{execute: "guest-exec", arguments: {path: "/bin/sh", arg: ["-c", $text]}}')" >/dev/null
}

# Says what it is told, as a chat would.
cat >"$work/receiver.py" <<'PY'
import http.server, json, os, sys

class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        notice = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        for alert in notice["alerts"]:
            kind = "a test" if notice["test"] else alert["kind"]
            print(f"told: {kind} ({alert['severity']}): {alert['message']}", flush=True)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *words):
        pass

server = http.server.HTTPServer(("127.0.0.1", 0), Receiver)
with open(sys.argv[1] + ".new", "w") as file:
    file.write(str(server.server_port))
os.rename(sys.argv[1] + ".new", sys.argv[1])
server.serve_forever()
PY
# Where the guest and its libvirtd are: that may be a network of their own, whose loopback is off.
"$GUEST" run ip link set lo up 2>/dev/null || true
"$GUEST" run python3 "$work/receiver.py" "$work/port" >"$work/told" &
receiver=$!
for _ in $(seq 100); do [ -s "$work/port" ] || sleep 0.1; done

# One round a second: what a scheduled job does each minute.
rounds() {
    local next
    next=$(date +%s%N)
    for _ in $(seq "$1"); do
        debvisor metric collect -q
        debvisor alert run -q || true
        next=$((next + 1000000000))
        sleep "$(awk -v left=$((next - $(date +%s%N))) 'BEGIN { print (left > 0 ? left / 1e9 : 0) }')"
    done
}
# Until the receiver was told of it.
until_told() {
    for _ in $(seq 60); do
        if grep -q "^told: $1" "$work/told"; then return; fi
        rounds 1
    done
    echo "alerts.sh: nobody was told: $1" >&2
    exit 1
}

printf '\n# Calm: %s writes a little each second. %d rounds\n' "$GUEST_NAME" "$CALM"
rounds "$CALM"

printf '\n# More than 8 MiB a second is an alert from now on, and somebody is told\n'
debvisor alert rule add writes libvirt_domain_block_stats_write_bytes_total --tag "domain=$GUEST_NAME" --above 8MiB \
    --clear-below 1MiB --keep 3s --severity critical
debvisor alert settings set --group-wait 0s --retry 1s --retry-most 1s -q
echo "http://127.0.0.1:$(cat "$work/port")/" >"$work/address"
debvisor alert notify add chat --webhook-file "$work/address"
debvisor alert notify test chat

printf '\n# The load: %s writes as it never did, until it is told to end\n' "$GUEST_NAME"
in_the_guest 'while [ ! -e /data/stop ]; do dd if=/dev/zero of=/data/load bs=1M count=24 conv=fsync; done; rm /data/load'
until_told firing
cat "$work/told"

printf '\n# What is wrong, for a person and for a script\n'
debvisor alert list
debvisor alert list --fail-on critical -q >/dev/null || echo "status $?"

printf '\n# Somebody takes it on\n'
id=$(debvisor alert list rule=writes -o json | jq -r '.[0].id')
debvisor alert ack "$id" --by anna --note 'a job that I started'
debvisor alert show "$id"
debvisor alert list --fail-on critical -q >/dev/null && echo "status 0"

printf '\n# The load ends, and so does the alert: those who knew hear of it, once\n'
in_the_guest ': >/data/stop'
until_told resolved
debvisor alert history "$id"
printf '\n# All that the receiver was told\n'
cat "$work/told"
