data "azurerm_client_config" "current" {}

locals {
  base = "${var.name}-${var.stage}"
  # Many names are unique in all of Azure; subscription and installation decide the rest of them, for ever.
  suffix = substr(sha256("${var.subscription_id}/${local.base}"), 0, 6)
  tags   = merge({ lazuli-platform = local.base }, var.tags)
  tenant = data.azurerm_client_config.current.tenant_id
  issuer = "https://login.microsoftonline.com/${local.tenant}/v2.0"

  private = var.network != null
}

resource "azurerm_resource_group" "this" {
  name     = "rg-${local.base}"
  location = var.location
  tags     = local.tags
}

# The app is who the handler says it is to Azure. The gateway is who stands before it.
resource "azurerm_user_assigned_identity" "this" {
  for_each = toset(["app", "gateway"])

  name                = "id-${local.base}-${each.key}"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  tags                = local.tags
}

resource "azurerm_management_lock" "this" {
  for_each = var.locked ? {
    tables = azurerm_storage_account.this["tables"].id
    state  = azurerm_storage_account.this["state"].id
    values = azurerm_key_vault.this["values"].id
  } : {}

  name       = "keep"
  scope      = each.value
  lock_level = "CanNotDelete"
  notes      = "Without it nobody knows what exists, and for whom."
}

resource "azurerm_consumption_budget_resource_group" "this" {
  name              = "budget-${local.base}"
  resource_group_id = azurerm_resource_group.this.id
  amount            = var.budget.amount
  time_grain        = "Monthly"

  time_period {
    start_date = var.budget.start
  }

  dynamic "notification" {
    for_each = { "80" = "Actual", "100" = "Actual", "110" = "Forecasted" }

    content {
      threshold      = tonumber(notification.key)
      threshold_type = notification.value
      operator       = "GreaterThan"
      contact_emails = var.budget.emails
    }
  }
}
