locals {
  private = var.sku == "premium" && !var.publicAccess
}

resource "azurerm_container_registry" "this" {
  name                = "cr${local.short_name}"
  resource_group_name = local.place.resource_group
  location            = local.place.location
  tags                = local.tags

  sku                           = title(var.sku)
  admin_enabled                 = false # Entra ID alone opens it
  anonymous_pull_enabled        = false
  public_network_access_enabled = !local.private
  network_rule_bypass_option    = "AzureServices"

  identity {
    type = "SystemAssigned"
  }

  lifecycle {
    ignore_changes = [tags["lazuli-operation"]] # it names the operation that made the resource
  }
}

# What runs in the environment takes its images from here.
resource "azurerm_role_assignment" "workloads" {
  scope                = azurerm_container_registry.this.id
  role_definition_name = "AcrPull"
  principal_id         = local.place.identity.principal_id
  principal_type       = "ServicePrincipal"
}

resource "azurerm_private_endpoint" "this" {
  count = local.private ? 1 : 0

  name                = "pe-${azurerm_container_registry.this.name}"
  resource_group_name = local.place.resource_group
  location            = local.place.location
  subnet_id           = local.place.subnets["endpoints"]
  tags                = local.tags

  private_service_connection {
    name                           = "registry"
    private_connection_resource_id = azurerm_container_registry.this.id
    subresource_names              = ["registry"]
    is_manual_connection           = false
  }

  private_dns_zone_group {
    name                 = "registry"
    private_dns_zone_ids = [local.place.zones["container-registry"]]
  }

  lifecycle {
    ignore_changes = [tags["lazuli-operation"]]
  }
}

resource "azurerm_monitor_diagnostic_setting" "this" {
  name                       = "lazuli"
  target_resource_id         = azurerm_container_registry.this.id
  log_analytics_workspace_id = local.place.workspace_id

  enabled_log {
    category_group = "allLogs"
  }

  enabled_metric {
    category = "AllMetrics"
  }
}
