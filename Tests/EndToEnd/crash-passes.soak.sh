#!/usr/bin/env bash
# The walks of crash.sh once more: each step that a run makes several times is met at its later passes too. Ends after
# ten minutes, and says then what it left out.
#
# Environment: SOAK_PASSES (12)
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/crash.lib.sh"

PASSES=${SOAK_PASSES:-12}
DEADLINE=600
begin_walks
every_walk
[ "$LEFT_OUT" = 0 ] || skip "$LEFT_OUT later passes" "ten minutes are over"
