# What the resources of an environment have in common: a resource group, a network that nobody outside enters, a place for logs, and
# the identity that what runs there has towards what is kept there.
data "azurerm_client_config" "this" {}

locals {
  location = var.settings.region

  # Tells names apart in all of Azure, and is the same for ever.
  suffix = substr(sha256("${data.azurerm_client_config.this.subscription_id}/${var.context.project}/${var.context.environment}"), 0, 8)
  name   = "${substr("${var.context.project}-${var.context.environment}", 0, 40)}-${local.suffix}"
}

resource "azurerm_resource_group" "this" {
  name     = "rg-${local.name}"
  location = local.location
  tags     = var.tags

  lifecycle {
    ignore_changes = [tags["lazuli-operation"]] # it names the operation that made the resource
  }
}

resource "azurerm_user_assigned_identity" "workloads" {
  name                = "id-${local.name}"
  resource_group_name = azurerm_resource_group.this.name
  location            = local.location
  tags                = var.tags

  lifecycle {
    ignore_changes = [tags["lazuli-operation"]]
  }
}

resource "azurerm_log_analytics_workspace" "this" {
  count = var.settings.workspace_id == null ? 1 : 0

  name                         = "log-${local.name}"
  resource_group_name          = azurerm_resource_group.this.name
  location                     = local.location
  sku                          = "PerGB2018"
  retention_in_days            = 30
  local_authentication_enabled = false
  tags                         = var.tags

  lifecycle {
    ignore_changes = [tags["lazuli-operation"]]
  }
}

locals {
  workspace_id = var.settings.workspace_id == null ? azurerm_log_analytics_workspace.this[0].id : var.settings.workspace_id
}
