#!/usr/bin/env bash
# Applies exactly the plan that was reported. After a destroy, a root of its own looks for what is left by tag.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
azure_identity
lazuli run engine --step apply -- apply -no-color -lock-timeout=60s tfplan
if [ "${LAZULI_MODE:-}" = destroy ]; then
  lazuli run engine --step prove --folder proof -- init -no-color
  lazuli run engine --step prove --folder proof -- apply -no-color -auto-approve
fi
