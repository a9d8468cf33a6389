data "azurerm_client_config" "this" {}

locals {
  # Up to its group the network's id says where the environment is.
  group_id = join("/", slice(split("/", local.place.network_id), 0, 5))
}

# The cluster acts as itself: it makes load balancers in the environment's network. Its nodes are somebody else, who takes images.
resource "azurerm_user_assigned_identity" "this" {
  for_each = toset(["cluster", "nodes"])

  name                = "id-${each.key}-${local.name}"
  resource_group_name = local.place.resource_group
  location            = local.place.location
  tags                = local.tags

  lifecycle {
    ignore_changes = [tags["lazuli-operation"]] # it names the operation that made the resource
  }
}

resource "azurerm_role_assignment" "network" {
  scope                = local.place.subnets["clusters"]
  role_definition_name = "Network Contributor"
  principal_id         = azurerm_user_assigned_identity.this["cluster"].principal_id
  principal_type       = "ServicePrincipal"
}

resource "azurerm_role_assignment" "nodes" {
  scope                = azurerm_user_assigned_identity.this["nodes"].id
  role_definition_name = "Managed Identity Operator"
  principal_id         = azurerm_user_assigned_identity.this["cluster"].principal_id
  principal_type       = "ServicePrincipal"
}

resource "azurerm_role_assignment" "pull" {
  scope                = local.group_id # the registries of the environment
  role_definition_name = "AcrPull"
  principal_id         = azurerm_user_assigned_identity.this["nodes"].principal_id
  principal_type       = "ServicePrincipal"
}

resource "azurerm_kubernetes_cluster" "this" {
  name                = "aks-${local.name}"
  resource_group_name = local.place.resource_group
  location            = local.place.location
  tags                = local.tags

  dns_prefix          = local.name
  node_resource_group = "rg-nodes-${local.name}"
  kubernetes_version  = var.kubernetesVersion
  sku_tier            = "Standard"

  private_cluster_enabled             = !var.publicAccess
  private_cluster_public_fqdn_enabled = false
  private_dns_zone_id                 = var.publicAccess ? null : "System"
  run_command_enabled                 = true # how workloads get into a cluster that nobody reaches from outside

  role_based_access_control_enabled = true
  local_account_disabled            = false # the type promises the credentials of an administrator
  oidc_issuer_enabled               = true
  workload_identity_enabled         = true
  azure_policy_enabled              = true

  automatic_upgrade_channel    = "patch"
  node_os_upgrade_channel      = "NodeImage"
  image_cleaner_enabled        = true
  image_cleaner_interval_hours = 48

  azure_active_directory_role_based_access_control {
    azure_rbac_enabled = true
    tenant_id          = data.azurerm_client_config.this.tenant_id
  }

  default_node_pool {
    name                        = "system"
    node_count                  = var.nodeCount
    vm_size                     = var.nodeVmSize
    os_sku                      = "AzureLinux"
    vnet_subnet_id              = local.place.subnets["clusters"]
    temporary_name_for_rotation = "rotating"
    tags                        = local.tags

    upgrade_settings {
      max_surge = "33%"
    }
  }

  # The cluster has the nodes that were asked for, and makes none by itself.
  node_provisioning_profile {
    mode = "Manual"
  }

  identity {
    type         = "UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.this["cluster"].id]
  }

  kubelet_identity {
    user_assigned_identity_id = azurerm_user_assigned_identity.this["nodes"].id
    client_id                 = azurerm_user_assigned_identity.this["nodes"].client_id
    object_id                 = azurerm_user_assigned_identity.this["nodes"].principal_id
  }

  network_profile {
    network_plugin      = "azure"
    network_plugin_mode = "overlay"
    network_data_plane  = "cilium"
    network_policy      = "cilium"
    load_balancer_sku   = "standard"
    pod_cidr            = "10.244.0.0/16"
    service_cidr        = "10.96.0.0/16"
    dns_service_ip      = "10.96.0.10"
  }

  key_vault_secrets_provider {
    secret_rotation_enabled = true
  }

  oms_agent {
    log_analytics_workspace_id      = local.place.workspace_id
    msi_auth_for_monitoring_enabled = true
  }

  lifecycle {
    # The channel moves the version on by patches.
    ignore_changes = [tags["lazuli-operation"], default_node_pool[0].tags["lazuli-operation"], default_node_pool[0].orchestrator_version]

    precondition {
      condition     = var.offers == null || var.offers == var.nodeSize
      error_message = "This definition makes nodes of the size ${coalesce(var.offers, "?")}, and ${var.nodeSize} is asked for."
    }
  }

  depends_on = [azurerm_role_assignment.network, azurerm_role_assignment.nodes]
}

# Without kube-audit, which says every reading and costs more than the cluster.
resource "azurerm_monitor_diagnostic_setting" "this" {
  name                       = "lazuli"
  target_resource_id         = azurerm_kubernetes_cluster.this.id
  log_analytics_workspace_id = local.place.workspace_id

  dynamic "enabled_log" {
    for_each = toset(["guard", "kube-audit-admin", "kube-controller-manager", "kube-scheduler"])

    content {
      category = enabled_log.key
    }
  }

  enabled_metric {
    category = "AllMetrics"
  }
}
