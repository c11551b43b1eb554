#!/usr/bin/env bash
# The binary that users get: optimisers make mistakes of their own, and nothing else here runs what they made.
#
# Environment: DEBVISOR_RELEASE, the binary that `make release` made of this very source
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/lib.sh"

if [ ! -x "${DEBVISOR_RELEASE:-}" ]; then
    skip "the release's binary" "DEBVISOR_RELEASE names none (make soak builds it)"
    exit 0
fi
DEBVISOR_RELEASE=$(readlink -f "$DEBVISOR_RELEASE")
check "it is a release: no test can end it anywhere" not grep -q DEBVISOR_FAILPOINT "$DEBVISOR_RELEASE"
for name in startup files parallel; do
    status=0
    DEBVISOR=$DEBVISOR_RELEASE bash "$LIBRARY/$name.sh" >"$WORK/$name" 2>&1 || status=$?
    # Its lines are counted as this script's.
    sed -E "s/^(ok|not ok|skip) - /&release: /" "$WORK/$name"
    if grep -q '^not ok' "$WORK/$name"; then FAILURES=$((FAILURES + 1)); else check "release: $name ends well" test "$status" = 0; fi
done
