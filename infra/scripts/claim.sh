#!/usr/bin/env bash
# Claims the operation for this run. Sets lazuli.decision: proceed, or superseded when another run has it.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
api_token
lazuli run start
