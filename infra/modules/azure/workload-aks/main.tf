# The cluster is the installation's, and there are workloads of many environments in it, each in a namespace of its own.
locals {
  cluster   = try(split("/", var.context.place.cluster_id), [])
  namespace = "${substr("${var.context.project}-${var.context.environment}", 0, 50)}-${local.place.suffix}"
  port      = length(local.ports) > 0 ? local.ports[0].port : 80
  suffix    = local.port == 80 ? "" : ":${local.port}"
  label     = "${substr(var.context.alias, 0, 40)}-${local.place.suffix}"
  host      = var.publicAccess ? "${local.label}.${data.azurerm_kubernetes_cluster.this.location}.cloudapp.azure.com" : "${var.context.alias}.${local.namespace}.svc.cluster.local"
}

data "azurerm_kubernetes_cluster" "this" {
  name                = try(local.cluster[8], "none")
  resource_group_name = try(local.cluster[4], "none")

  lifecycle {
    precondition {
      condition     = length(local.cluster) == 9
      error_message = "This installation names no cluster for workloads of the class aks: set LAZULI_AZURE_CLUSTER_ID, or ask for another class."
    }
  }
}

# The workload is towards Azure what all of its environment is.
resource "azurerm_federated_identity_credential" "this" {
  name                      = local.name
  user_assigned_identity_id = local.place.identity.id
  issuer                    = data.azurerm_kubernetes_cluster.this.oidc_issuer_url
  subject                   = "system:serviceaccount:${local.namespace}:${var.context.alias}"
  audience                  = ["api://AzureADTokenExchange"]
}

# azurerm puts nothing into a cluster. The agent's az does, through Azure, so that the cluster's API may be closed to the agent.
resource "terraform_data" "workload" {
  # What is needed to take the workload away again must be kept here: nothing else can be asked then.
  input = {
    cluster   = var.context.place.cluster_id
    namespace = local.namespace
    name      = var.context.alias
  }
  triggers_replace = [sha256(local.manifest)]

  provisioner "local-exec" {
    interpreter = ["bash", "-euc"]
    environment = { ID = self.input.cluster, MANIFEST = local.manifest }
    command     = <<-BASH
      folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; umask 077
      cd "$folder"; printf '%s' "$MANIFEST" > workload.yaml
      code=$(az aks command invoke --ids "$ID" --file workload.yaml --query exitCode --output tsv --command "kubectl apply -f workload.yaml")
      if [ "$code" != 0 ]; then echo "kubectl apply ended with $code in the cluster" >&2; exit 1; fi
    BASH
  }

  depends_on = [azurerm_federated_identity_credential.this]
}

# A manifest that changes is applied over the one before; only a workload that is no longer asked for is taken away.
resource "terraform_data" "removal" {
  input = {
    cluster   = var.context.place.cluster_id
    namespace = local.namespace
    name      = var.context.alias
  }

  provisioner "local-exec" {
    when        = destroy
    interpreter = ["bash", "-euc"]
    environment = { ID = self.input.cluster, NAMESPACE = self.input.namespace, NAME = self.input.name }
    command     = <<-BASH
      folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
      cd "$folder"; touch workload.yaml
      code=$(az aks command invoke --ids "$ID" --file workload.yaml --query exitCode --output tsv --command "kubectl delete --ignore-not-found --namespace $NAMESPACE --selector app.kubernetes.io/name=$NAME deployment,service,secret,serviceaccount")
      if [ "$code" != 0 ]; then echo "kubectl delete ended with $code in the cluster" >&2; exit 1; fi
    BASH
  }
}
