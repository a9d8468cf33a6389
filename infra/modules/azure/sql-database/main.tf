data "azurerm_client_config" "this" {}

locals {
  tiers = {
    basic    = { sku = "Basic", sizes = [1, 2] }
    standard = { sku = "S0", sizes = [1, 2, 5, 10, 20, 30, 40, 50, 100, 150, 200, 250] }
    premium  = { sku = "P1", sizes = [1, 2, 5, 10, 20, 30, 40, 50, 100, 150, 200, 250, 300, 400, 500] }
  }
  tier     = local.tiers[var.tier]
  sizes    = [for size in local.tier.sizes : size if size >= var.maxSizeGb]
  database = replace(var.context.alias, "-", "_")
}

# 122 random bits, made once. The engine knows no other way without a provider of its own.
resource "terraform_data" "password" {
  input = sensitive("Aa1-${uuid()}")

  lifecycle {
    ignore_changes = [input]
  }
}

resource "azurerm_mssql_server" "this" {
  name                = "sql-${local.name}"
  resource_group_name = local.place.resource_group
  location            = local.place.location
  tags                = local.tags

  version                       = "12.0"
  minimum_tls_version           = "1.2"
  public_network_access_enabled = var.publicAccess

  administrator_login          = "owner_of_${substr(local.database, 0, 40)}"
  administrator_login_password = terraform_data.password.output

  # For programs that come with their identity.
  azuread_administrator {
    login_username              = reverse(split("/", local.place.identity.id))[0]
    object_id                   = local.place.identity.principal_id
    tenant_id                   = data.azurerm_client_config.this.tenant_id
    azuread_authentication_only = false # the URL that the type promises needs the password
  }

  identity {
    type = "SystemAssigned"
  }

  lifecycle {
    ignore_changes = [tags["lazuli-operation"]] # it names the operation that made the resource
  }
}

resource "azurerm_mssql_database" "this" {
  name      = local.database
  server_id = azurerm_mssql_server.this.id
  tags      = local.tags

  sku_name                            = local.tier.sku
  max_size_gb                         = try(local.sizes[0], null)
  collation                           = var.collation
  storage_account_type                = "Local"
  transparent_data_encryption_enabled = true

  short_term_retention_policy {
    retention_days = 7
  }

  lifecycle {
    ignore_changes = [tags["lazuli-operation"]]

    precondition {
      condition     = length(local.sizes) > 0
      error_message = "A ${var.tier} database holds ${max(local.tier.sizes...)} GiB, and ${var.maxSizeGb} are asked for: choose another tier, or ask for less."
    }
  }
}

resource "azurerm_mssql_server_extended_auditing_policy" "this" {
  server_id              = azurerm_mssql_server.this.id
  log_monitoring_enabled = true # to where the diagnostic setting of master says
}

# Who did what is logged by the database master, for all databases of the server.
resource "azurerm_monitor_diagnostic_setting" "audit" {
  name                       = "lazuli-audit"
  target_resource_id         = "${azurerm_mssql_server.this.id}/databases/master"
  log_analytics_workspace_id = local.place.workspace_id

  enabled_log {
    category = "SQLSecurityAuditEvents"
  }
}

resource "azurerm_private_endpoint" "this" {
  count = var.publicAccess ? 0 : 1

  name                = "pe-${azurerm_mssql_server.this.name}"
  resource_group_name = local.place.resource_group
  location            = local.place.location
  subnet_id           = local.place.subnets["endpoints"]
  tags                = local.tags

  private_service_connection {
    name                           = "sqlServer"
    private_connection_resource_id = azurerm_mssql_server.this.id
    subresource_names              = ["sqlServer"]
    is_manual_connection           = false
  }

  private_dns_zone_group {
    name                 = "sqlServer"
    private_dns_zone_ids = [local.place.zones["sql-database"]]
  }

  lifecycle {
    ignore_changes = [tags["lazuli-operation"]]
  }
}

resource "azurerm_monitor_diagnostic_setting" "this" {
  name                       = "lazuli"
  target_resource_id         = azurerm_mssql_database.this.id
  log_analytics_workspace_id = local.place.workspace_id

  enabled_log {
    category_group = "allLogs"
  }

  enabled_metric {
    category = "Basic" # databases have no AllMetrics
  }
}
