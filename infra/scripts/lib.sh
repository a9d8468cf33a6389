# shellcheck shell=bash
# Shared by the steps of infra/pipelines/deploy.yml; sourced, not run.
set -euo pipefail

# The run's own token for the API. It is asked for in every step, since one does not last for a long apply.
api_token() {
  LAZULI_TOKEN="$(az account get-access-token --resource "$LAZULI_AUDIENCE" --query accessToken -o tsv)"
  export LAZULI_TOKEN
}

# The identity of the service connection, for Terraform's azurerm provider (addSpnToEnvironment sets the source variables).
azure_identity() {
  if [ -n "${idToken:-}" ]; then
    export ARM_USE_OIDC=true ARM_OIDC_TOKEN="$idToken" ARM_CLIENT_ID="${servicePrincipalId:-}" ARM_TENANT_ID="${tenantId:-}"
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
