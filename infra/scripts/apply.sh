#!/usr/bin/env bash
# Applies exactly the plan that was reported. After a deletion, also one that failed, somebody looks for what is left by tag.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
azure_identity
status=0
lazuli run engine --step apply -- apply -no-color -lock-timeout=60s tfplan || status=$?
if [ "${LAZULI_MODE:-}" = destroy ]; then
  azure_token
  lazuli run prove || status=$((status > 0 ? status : $?))
fi
exit "$status"
