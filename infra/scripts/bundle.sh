#!/usr/bin/env bash
# Fetches the Terraform root of the operation.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
api_token
lazuli run bundle
