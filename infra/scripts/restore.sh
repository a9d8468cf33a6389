#!/usr/bin/env bash
# Takes the plan that was approved, sealed by the run that made it. Sets lazuli.next: apply.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
azure_identity
lazuli run restore
lazuli run engine --step restore -- init -no-color
