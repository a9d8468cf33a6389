#!/usr/bin/env bash
# Plans, and reports the plan without what is sensitive. Sets lazuli.next: apply, stop, or keep when somebody has to approve it.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
azure_identity
lazuli run engine --step plan -- init -no-color
lazuli run engine --step plan -- plan -no-color -lock-timeout=60s -out=tfplan
api_token
lazuli run plan
