#!/usr/bin/env bash
# A night's work, as cron or a timer would run it: quiet unless something is wrong.
#
#   nightly.sh          needs a default repository (debvisor backup repository create ... --default)
#
# With -q and without the tables only errors are printed, so cron mails only trouble. Status 3 says that some machines
# failed and the rest are safe: the repository is looked at all the same, and the status is handed on.
#
# prints: nightly: status 0
set -euo pipefail
debvisor() { command "${DEBVISOR:-debvisor}" -q "$@"; }
status=0
debvisor backup create --all --tag run=nightly >/dev/null || status=$?
# A tenth of the data is read again each night.
debvisor backup verify --read-data --subset 10% >/dev/null || status=$?
echo "nightly: status $status"
exit "$status"
