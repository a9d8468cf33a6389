locals {
  accounts = {
    tables = "t" # what Lazuli knows
    host   = "h" # leases and timers of the Functions host, and the package
    state  = "s" # Terraform states of environments: they hold passwords
  }
}

resource "azurerm_storage_account" "this" {
  for_each = local.accounts

  name                = "st${var.name}${var.stage}${each.value}${local.suffix}"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  tags                = local.tags

  account_kind             = "StorageV2"
  account_tier             = "Standard"
  account_replication_type = var.replication

  shared_access_key_enabled       = false
  default_to_oauth_authentication = true
  local_user_enabled              = false

  public_network_access_enabled    = !local.private
  https_traffic_only_enabled       = true
  min_tls_version                  = "TLS1_2"
  allow_nested_items_to_be_public  = false
  cross_tenant_replication_enabled = false

  blob_properties {
    versioning_enabled = each.key == "state"

    delete_retention_policy {
      days = 30
    }

    container_delete_retention_policy {
      days = 30
    }
  }
}

# The handler makes its own tables (tablestore.Prepare).
resource "azurerm_storage_container" "this" {
  for_each = { packages = "host", environments = "state" }

  name                  = each.key
  storage_account_id    = azurerm_storage_account.this[each.value].id
  container_access_type = "private"
}
