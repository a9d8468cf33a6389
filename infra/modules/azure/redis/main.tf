locals {
  family = var.sku == "Premium" ? "P" : "C"
  memory = {
    C0 = 250, C1 = 1000, C2 = 2500, C3 = 6000, C4 = 13000, C5 = 26000, C6 = 53000
    P1 = 6000, P2 = 13000, P3 = 26000, P4 = 53000, P5 = 120000
  }
  size = "${local.family}${var.capacity}"
}

resource "azurerm_redis_cache" "this" {
  name                = "redis-${local.name}"
  resource_group_name = local.place.resource_group
  location            = local.place.location
  tags                = local.tags

  sku_name                      = var.sku
  family                        = local.family
  capacity                      = var.capacity
  redis_version                 = "6"
  public_network_access_enabled = var.publicAccess
  non_ssl_port_enabled          = false
  minimum_tls_version           = "1.2"

  access_keys_authentication_enabled = true # the URL that the type promises needs one

  redis_configuration {
    active_directory_authentication_enabled = true
  }

  identity {
    type = "SystemAssigned"
  }

  lifecycle {
    ignore_changes = [tags["lazuli-operation"]] # it names the operation that made the resource

    precondition {
      condition     = lookup(local.memory, local.size, 0) >= var.maxMemoryMb
      error_message = "A cache ${var.sku} ${local.size} has ${lookup(local.memory, local.size, 0)} MiB, and ${var.maxMemoryMb} are asked for: choose another class, or ask for less."
    }
  }
}

# For programs that come with their identity.
resource "azurerm_redis_cache_access_policy_assignment" "workloads" {
  name               = "workloads"
  redis_cache_id     = azurerm_redis_cache.this.id
  access_policy_name = "Data Contributor"
  object_id          = local.place.identity.principal_id
  object_id_alias    = "workloads"
}

resource "azurerm_private_endpoint" "this" {
  count = var.publicAccess ? 0 : 1

  name                = "pe-${azurerm_redis_cache.this.name}"
  resource_group_name = local.place.resource_group
  location            = local.place.location
  subnet_id           = local.place.subnets["endpoints"]
  tags                = local.tags

  private_service_connection {
    name                           = "redisCache"
    private_connection_resource_id = azurerm_redis_cache.this.id
    subresource_names              = ["redisCache"]
    is_manual_connection           = false
  }

  private_dns_zone_group {
    name                 = "redisCache"
    private_dns_zone_ids = [local.place.zones["redis"]]
  }

  lifecycle {
    ignore_changes = [tags["lazuli-operation"]]
  }
}

resource "azurerm_monitor_diagnostic_setting" "this" {
  name                       = "lazuli"
  target_resource_id         = azurerm_redis_cache.this.id
  log_analytics_workspace_id = local.place.workspace_id

  enabled_log {
    category_group = "allLogs"
  }

  enabled_metric {
    category = "AllMetrics"
  }
}
