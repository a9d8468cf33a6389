#!/usr/bin/env bash
# Sees to it that the lazuli command is on PATH: where it is not installed on the agent, it is built from the checkout.
set -euo pipefail
if command -v lazuli >/dev/null; then
  lazuli version
  exit 0
fi
bin="${AGENT_TOOLSDIRECTORY:-${AGENT_TEMPDIRECTORY:?}}/lazuli"
mkdir -p "$bin"
CGO_ENABLED=0 go build -trimpath -o "$bin/lazuli" ./cmd/lazuli
"$bin/lazuli" version
echo "##vso[task.prependpath]$bin"
