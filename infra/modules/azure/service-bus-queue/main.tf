locals {
  # As Azure writes durations: PT1M30S, not PT90S, or each plan would find a change.
  minutes = floor(var.lockDurationSeconds / 60)
  seconds = var.lockDurationSeconds % 60
  lock    = "PT${local.minutes > 0 ? "${local.minutes}M" : ""}${local.seconds > 0 ? "${local.seconds}S" : ""}"
}

resource "azurerm_servicebus_namespace" "this" {
  name                = "sb-${local.name}"
  resource_group_name = local.place.resource_group
  location            = local.place.location
  tags                = local.tags

  sku                           = var.sku
  capacity                      = var.sku == "Premium" ? 1 : 0
  premium_messaging_partitions  = var.sku == "Premium" ? 1 : 0
  local_auth_enabled            = true # the connection string that the type promises needs it; its key is for the queue alone
  public_network_access_enabled = var.publicAccess
  minimum_tls_version           = "1.2"

  identity {
    type = "SystemAssigned"
  }

  lifecycle {
    ignore_changes = [tags["lazuli-operation"]] # it names the operation that made the resource

    precondition {
      condition     = var.sku == "Premium" || var.publicAccess
      error_message = "A Standard namespace has no private address: the definition must fix publicAccess: true, or the SKU Premium."
    }
  }
}

resource "azurerm_servicebus_queue" "this" {
  name         = var.context.alias
  namespace_id = azurerm_servicebus_namespace.this.id

  max_delivery_count                      = var.maxDeliveryCount
  lock_duration                           = local.lock
  requires_session                        = var.sessions
  requires_duplicate_detection            = var.duplicateDetection
  duplicate_detection_history_time_window = "PT10M"
  dead_lettering_on_message_expiration    = true
}

# For programs that take a connection string: they may use this queue, and change nothing.
resource "azurerm_servicebus_queue_authorization_rule" "this" {
  name     = "application"
  queue_id = azurerm_servicebus_queue.this.id

  listen = true
  send   = true
  manage = false
}

# For programs that come with their identity.
resource "azurerm_role_assignment" "workloads" {
  for_each = toset(["Azure Service Bus Data Sender", "Azure Service Bus Data Receiver"])

  scope                = azurerm_servicebus_queue.this.id
  role_definition_name = each.key
  principal_id         = local.place.identity.principal_id
  principal_type       = "ServicePrincipal"
}

resource "azurerm_private_endpoint" "this" {
  count = var.publicAccess ? 0 : 1

  name                = "pe-${azurerm_servicebus_namespace.this.name}"
  resource_group_name = local.place.resource_group
  location            = local.place.location
  subnet_id           = local.place.subnets["endpoints"]
  tags                = local.tags

  private_service_connection {
    name                           = "namespace"
    private_connection_resource_id = azurerm_servicebus_namespace.this.id
    subresource_names              = ["namespace"]
    is_manual_connection           = false
  }

  private_dns_zone_group {
    name                 = "namespace"
    private_dns_zone_ids = [local.place.zones["service-bus-queue"]]
  }

  lifecycle {
    ignore_changes = [tags["lazuli-operation"]]
  }
}

resource "azurerm_monitor_diagnostic_setting" "this" {
  name                       = "lazuli"
  target_resource_id         = azurerm_servicebus_namespace.this.id
  log_analytics_workspace_id = local.place.workspace_id

  enabled_log {
    category_group = "allLogs"
  }

  enabled_metric {
    category = "AllMetrics"
  }
}
