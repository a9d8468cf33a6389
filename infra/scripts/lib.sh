# shellcheck shell=bash
# Shared by the steps of infra/pipelines/deploy.yml; sourced, not run.
set -euo pipefail

# The run's own token for the API. It is asked for in every step, since one does not last for a long apply.
api_token() {
  LAZULI_TOKEN="$(az account get-access-token --resource "$LAZULI_AUDIENCE" --query accessToken -o tsv)"
  export LAZULI_TOKEN
}

# The identity of the service connection, for Terraform's azurerm provider and backend (addSpnToEnvironment sets the source variables).
# Terraform gets new tokens from Azure DevOps itself as long as an apply lasts; it takes one that is given over those that it could get,
# so none is. OpenTofu's backend cannot do that: it has the one token that the step began with, which lasts for some minutes to begin
# with and an hour from then on.
azure_identity() {
  local renews=yes
  if [ -z "${idToken:-}" ]; then
    return 0 # no workload identity: what the engine makes needs none
  fi
  export ARM_USE_OIDC=true ARM_CLIENT_ID="${servicePrincipalId:-}" ARM_TENANT_ID="${tenantId:-}"
  case "$(basename "${LAZULI_ENGINE:-terraform}")" in
    tofu*) renews=no ;;
  esac
  if [ "$renews" = yes ] && [ -n "${AZURESUBSCRIPTION_SERVICE_CONNECTION_ID:-}" ] && [ -n "${SYSTEM_OIDCREQUESTURI:-}" ] && [ -n "${SYSTEM_ACCESSTOKEN:-}" ]; then
    export ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID="$AZURESUBSCRIPTION_SERVICE_CONNECTION_ID"
    export ARM_OIDC_REQUEST_URL="$SYSTEM_OIDCREQUESTURI" ARM_OIDC_REQUEST_TOKEN="$SYSTEM_ACCESSTOKEN"
    unset ARM_OIDC_TOKEN
  else
    export ARM_OIDC_TOKEN="$idToken"
  fi
}

# The service connection's token for Azure Resource Graph, where the proof after a deletion asks there.
azure_token() {
  if [ -e "${AGENT_TEMPDIRECTORY:-}/lazuli/root/proof/resource-graph.json" ]; then
    LAZULI_AZURE_TOKEN="$(az account get-access-token --resource "${LAZULI_AZURE_URL:-https://management.azure.com}" --query accessToken -o tsv)"
    export LAZULI_AZURE_TOKEN
  fi
}

export TF_IN_AUTOMATION=1 TF_INPUT=0 CHECKPOINT_DISABLE=1
