data "azurerm_client_config" "this" {}

locals {
  storage_sizes = [32, 64, 128, 256, 512, 1024]
  storage_mb    = 1024 * [for size in local.storage_sizes : size if size >= var.storageGb][0]
  database      = replace(var.context.alias, "-", "_")
}

# 122 random bits, made once. The engine knows no other way without a provider of its own.
resource "terraform_data" "password" {
  input = sensitive("Aa1-${uuid()}")

  lifecycle {
    ignore_changes = [input]
  }
}

resource "azurerm_postgresql_flexible_server" "this" {
  name                = "psql-${local.name}"
  resource_group_name = local.place.resource_group
  location            = local.place.location
  tags                = local.tags

  version                       = var.serverVersion
  sku_name                      = var.sku
  storage_mb                    = local.storage_mb
  auto_grow_enabled             = false # what is asked for is what is paid
  backup_retention_days         = var.backupDays
  geo_redundant_backup_enabled  = false
  public_network_access_enabled = var.publicAccess

  administrator_login    = "owner_of_${substr(local.database, 0, 40)}"
  administrator_password = terraform_data.password.output

  authentication {
    password_auth_enabled         = true # the URL that the type promises needs it
    active_directory_auth_enabled = true
    tenant_id                     = data.azurerm_client_config.this.tenant_id
  }

  dynamic "high_availability" {
    for_each = var.highAvailability ? ["ZoneRedundant"] : []

    content {
      mode = high_availability.value
    }
  }

  lifecycle {
    # Azure chooses the zones, and moves the server between them when one fails.
    ignore_changes = [tags["lazuli-operation"], zone, high_availability[0].standby_availability_zone]

    precondition {
      condition     = !(var.highAvailability && startswith(var.sku, "B_"))
      error_message = "A burstable server has nothing standing by: choose another SKU, or no high availability."
    }
  }
}

resource "azurerm_postgresql_flexible_server_database" "this" {
  name      = local.database
  server_id = azurerm_postgresql_flexible_server.this.id
  charset   = "UTF8"
  collation = "en_US.utf8"
}

resource "azurerm_postgresql_flexible_server_configuration" "this" {
  for_each = {
    require_secure_transport = "on"
    ssl_min_protocol_version = "TLSv1.2"
  }

  name      = each.key
  server_id = azurerm_postgresql_flexible_server.this.id
  value     = each.value
}

# For programs that come with their identity.
resource "azurerm_postgresql_flexible_server_active_directory_administrator" "workloads" {
  server_name         = azurerm_postgresql_flexible_server.this.name
  resource_group_name = local.place.resource_group
  tenant_id           = data.azurerm_client_config.this.tenant_id
  object_id           = local.place.identity.principal_id
  principal_name      = reverse(split("/", local.place.identity.id))[0]
  principal_type      = "ServicePrincipal"
}

resource "azurerm_private_endpoint" "this" {
  count = var.publicAccess ? 0 : 1

  name                = "pe-${azurerm_postgresql_flexible_server.this.name}"
  resource_group_name = local.place.resource_group
  location            = local.place.location
  subnet_id           = local.place.subnets["endpoints"]
  tags                = local.tags

  private_service_connection {
    name                           = "postgresqlServer"
    private_connection_resource_id = azurerm_postgresql_flexible_server.this.id
    subresource_names              = ["postgresqlServer"]
    is_manual_connection           = false
  }

  private_dns_zone_group {
    name                 = "postgresqlServer"
    private_dns_zone_ids = [local.place.zones["postgres"]]
  }

  lifecycle {
    ignore_changes = [tags["lazuli-operation"]]
  }
}

resource "azurerm_monitor_diagnostic_setting" "this" {
  name                       = "lazuli"
  target_resource_id         = azurerm_postgresql_flexible_server.this.id
  log_analytics_workspace_id = local.place.workspace_id

  enabled_log {
    category_group = "allLogs"
  }

  enabled_metric {
    category = "AllMetrics"
  }
}
