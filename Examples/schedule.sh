#!/usr/bin/env bash
# A tour of the scheduler on a state directory of its own: no root, no service, a few seconds.
#
# prints: 03:00:00+02:00
# prints: hello from tour
# prints: stopped with all of its processes: status 8
# prints: nothing is left
set -euo pipefail
debvisor() { command "${DEBVISOR:-debvisor}" "$@"; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Where jobs and runs are kept; /var/lib/debvisor if root does not say otherwise.
export DEBVISOR_STATE_DIR=$work/state

# When would it run? On the last Sunday of March 02:30 does not exist in Berlin.
debvisor schedule next --cron '30 2 * * *' --timezone Europe/Berlin --from 2026-03-28 --count 2
# What is wrong with an expression, and what to write instead.
debvisor schedule next --cron '0 3 * * fri-mon' || echo "status $?"

# A program and its words behind '--': no shell looks at them.
debvisor schedule add tour --cron '@hourly' --timeout 1m --description 'a tour' -- /bin/echo 'hello from tour'
debvisor schedule execute tour --wait -q
debvisor schedule log tour

# A job that hides its children and ignores TERM: its time limit ends them all. What it leaves is its history.
debvisor schedule add stubborn --cron @daily --timeout 1s \
    --shell 'trap "" TERM; (setsid sh -c "trap \"\" TERM; sleep 600" &); sleep 600'
status=0
debvisor schedule execute stubborn --wait -q || status=$?
echo "stopped with all of its processes: status $status"

# Each minute cron, a timer (see systemd/) or the daemon starts what is due; what went wrong is told once, with status 3.
debvisor schedule run-due || true
debvisor schedule history
debvisor schedule stats

debvisor schedule delete tour stubborn --yes -q
[ "$(debvisor schedule list -o json)" = '[]' ]
echo 'nothing is left'
