data "azurerm_client_config" "this" {}

resource "azurerm_key_vault" "this" {
  name                = "kv-${local.short_name}"
  resource_group_name = local.place.resource_group
  location            = local.place.location
  tenant_id           = data.azurerm_client_config.this.tenant_id
  tags                = local.tags

  sku_name                      = var.sku
  rbac_authorization_enabled    = true
  soft_delete_retention_days    = var.softDeleteDays
  purge_protection_enabled      = var.purgeProtection
  public_network_access_enabled = var.publicAccess

  network_acls {
    default_action = var.publicAccess ? "Allow" : "Deny"
    bypass         = "AzureServices"
  }

  lifecycle {
    ignore_changes = [tags["lazuli-operation"]] # it names the operation that made the resource
  }
}

# What runs in the environment keeps its secrets here. People get a role of their own.
resource "azurerm_role_assignment" "workloads" {
  scope                = azurerm_key_vault.this.id
  role_definition_name = "Key Vault Secrets Officer"
  principal_id         = local.place.identity.principal_id
  principal_type       = "ServicePrincipal"
}

resource "azurerm_private_endpoint" "this" {
  count = var.publicAccess ? 0 : 1

  name                = "pe-${azurerm_key_vault.this.name}"
  resource_group_name = local.place.resource_group
  location            = local.place.location
  subnet_id           = local.place.subnets["endpoints"]
  tags                = local.tags

  private_service_connection {
    name                           = "vault"
    private_connection_resource_id = azurerm_key_vault.this.id
    subresource_names              = ["vault"]
    is_manual_connection           = false
  }

  private_dns_zone_group {
    name                 = "vault"
    private_dns_zone_ids = [local.place.zones["key-vault"]]
  }

  lifecycle {
    ignore_changes = [tags["lazuli-operation"]]
  }
}

resource "azurerm_monitor_diagnostic_setting" "this" {
  name                       = "lazuli"
  target_resource_id         = azurerm_key_vault.this.id
  log_analytics_workspace_id = local.place.workspace_id

  enabled_log {
    category_group = "allLogs"
  }

  enabled_metric {
    category = "AllMetrics"
  }
}
