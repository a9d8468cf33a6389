mock_provider "azurerm" {
  source = "../../testing/azurerm"
}

variables {
  kubernetesVersion = "1.34"
  context = {
    project     = "payments"
    environment = "dev"
    alias       = "cluster"
    place = {
      resource_group = "rg-payments-dev"
      location       = "westeurope"
      suffix         = "1a2b3c4d"
      tags           = { lazuli-project = "payments", lazuli-environment = "dev", lazuli-operation = "01J" }
      workspace_id   = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/log"
      identity       = { id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-payments-dev", client_id = "11111111-1111-1111-1111-111111111111", principal_id = "22222222-2222-2222-2222-222222222222" }
      network_id     = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet"
      subnets        = { clusters = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/clusters" }
      zones          = {}
    }
  }
}

run "is_closed_unless_asked" {
  command = plan

  assert {
    condition     = azurerm_kubernetes_cluster.this.private_cluster_enabled && !azurerm_kubernetes_cluster.this.private_cluster_public_fqdn_enabled
    error_message = "The cluster's API can be reached from outside."
  }
  assert {
    condition     = azurerm_kubernetes_cluster.this.azure_active_directory_role_based_access_control[0].azure_rbac_enabled && azurerm_kubernetes_cluster.this.workload_identity_enabled && azurerm_kubernetes_cluster.this.azure_policy_enabled
    error_message = "People or workloads come in by other ways than Entra ID."
  }
  assert {
    condition     = azurerm_kubernetes_cluster.this.network_profile[0].network_policy == "cilium" && azurerm_kubernetes_cluster.this.automatic_upgrade_channel == "patch"
    error_message = "Pods speak to all others, or the cluster grows old."
  }
}

run "is_open_when_asked" {
  command = plan
  variables {
    publicAccess = true
  }

  assert {
    condition     = !azurerm_kubernetes_cluster.this.private_cluster_enabled
    error_message = "It was asked for a public API."
  }
}

run "has_the_nodes_that_were_asked_for" {
  command = plan
  variables {
    nodeCount = 3
  }

  assert {
    condition     = azurerm_kubernetes_cluster.this.default_node_pool[0].node_count == 3 && azurerm_kubernetes_cluster.this.kubernetes_version == "1.34" && azurerm_kubernetes_cluster.this.node_provisioning_profile[0].mode == "Manual"
    error_message = "The cluster is another."
  }
}

run "refuses_a_size_that_is_paid_otherwise" {
  command = plan
  variables {
    nodeSize = "large"
    offers   = "small"
  }
  expect_failures = [azurerm_kubernetes_cluster.this]
}

run "is_found_again" {
  command = plan

  assert {
    condition     = azurerm_kubernetes_cluster.this.tags == tomap({ lazuli-project = "payments", lazuli-environment = "dev", lazuli-operation = "01J", lazuli-resource = "cluster" })
    error_message = "The tags do not say whose it is."
  }
}

run "gives_what_the_type_promises" {
  assert {
    condition     = startswith(output.name, "aks-cluster-") && output.endpoint == "https://mocked.privatelink.westeurope.azmk8s.io:443" && nonsensitive(output.kubeconfig) == "apiVersion: v1"
    error_message = "The outputs are not the cluster's."
  }
  assert {
    condition     = azurerm_role_assignment.pull.scope == "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg"
    error_message = "Nodes cannot take images from the environment's registries: ${azurerm_role_assignment.pull.scope}"
  }
  assert {
    condition     = length(terraform_data.on) == 1 && length(terraform_data.off) == 0
    error_message = "A cluster that is on is not started."
  }
}

run "is_stopped_when_off" {
  variables {
    power = "off"
  }

  assert {
    condition     = length(terraform_data.on) == 0 && length(terraform_data.off) == 1
    error_message = "A cluster that is off is not stopped."
  }
}
