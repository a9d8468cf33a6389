#!/usr/bin/env bash
# usage: providers.sh [--check] SUBSCRIPTION
# Registers the resource providers that infra/platform needs in a subscription, once. With --check nothing is changed, and the result is
# 1 if one is missing. It needs az, signed in with Microsoft.*/register/action on the subscription (Contributor has it).
set -euo pipefail

check=false
if [ "${1:-}" = --check ]; then
  check=true
  shift
fi
[ $# = 1 ] || {
  sed -n '2s/^# //p' "$0" >&2
  exit 2
}
missing=0
for provider in Microsoft.ApiManagement Microsoft.App Microsoft.Authorization Microsoft.Consumption Microsoft.Insights Microsoft.KeyVault \
  Microsoft.ManagedIdentity Microsoft.Network Microsoft.OperationalInsights Microsoft.ServiceBus Microsoft.Storage Microsoft.Web; do
  state=$(az provider show --subscription "$1" --namespace "$provider" --query registrationState --output tsv)
  if [ "$state" = Registered ]; then continue; fi
  missing=1
  if $check; then
    printf 'missing: %s is %s\n' "$provider" "$state" >&2
  else
    printf '%s\n' "$provider" >&2
    az provider register --subscription "$1" --namespace "$provider" --wait
  fi
done
if $check; then exit "$missing"; fi
