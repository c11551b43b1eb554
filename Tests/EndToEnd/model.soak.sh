#!/usr/bin/env bash
# The protocol of the repository as a model, every state of it. About three minutes.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/lib.sh"

if command -v spin >/dev/null && command -v gcc >/dev/null; then
    "$PROJECT/Tests/Model/run" | grep '^\(not \)\?ok' || true
else
    skip "the model of the protocol" "spin or gcc is not installed (scripts/install-dependencies soak)"
fi
