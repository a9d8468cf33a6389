resource "azurerm_log_analytics_workspace" "this" {
  name                = "log-${local.base}"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  tags                = local.tags

  sku                          = "PerGB2018"
  retention_in_days            = var.logs.days
  daily_quota_gb               = var.logs.daily_gb
  local_authentication_enabled = false
}

resource "azurerm_application_insights" "this" {
  name                = "appi-${local.base}"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  tags                = local.tags

  application_type             = "other"
  workspace_id                 = azurerm_log_analytics_workspace.this.id
  retention_in_days            = var.logs.days
  local_authentication_enabled = false # who sends telemetry says who he is
}

locals {
  # Who read a secret, and who changed a queue.
  audited = merge(
    { for name, vault in azurerm_key_vault.this : "vault-${name}" => { id = vault.id, category = "AuditEvent" } },
    { bus = { id = azurerm_servicebus_namespace.this.id, category = "OperationalLogs" } },
  )
}

resource "azurerm_monitor_diagnostic_setting" "this" {
  for_each = local.audited

  name                       = "lazuli"
  target_resource_id         = each.value.id
  log_analytics_workspace_id = azurerm_log_analytics_workspace.this.id

  enabled_log {
    category = each.value.category
  }
}
