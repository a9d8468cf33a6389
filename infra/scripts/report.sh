#!/usr/bin/env bash
# Says what became of the run, to the API and into result.json, which the pipeline publishes.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
api_token
lazuli run result
