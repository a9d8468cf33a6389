resource "azurerm_monitor_action_group" "this" {
  name                = "ag-${local.base}"
  resource_group_name = azurerm_resource_group.this.name
  short_name          = substr("lz-${var.stage}", 0, 12)
  tags                = local.tags

  dynamic "email_receiver" {
    for_each = toset(var.alerts.emails)

    content {
      name                    = email_receiver.value
      email_address           = email_receiver.value
      use_common_alert_schema = true
    }
  }
}

# Dead letters are forwarded to a queue that handleDeadLetter empties. One that stays anywhere is one that nobody deals with.
resource "azurerm_monitor_metric_alert" "dead_letters" {
  name                = "dead-letters"
  resource_group_name = azurerm_resource_group.this.name
  scopes              = [azurerm_servicebus_namespace.this.id]
  description         = "Messages stay dead-lettered. docs/operations.md, \"PoisonMessage\"; the handler's log at that time says why."
  severity            = 1
  frequency           = "PT5M"
  window_size         = "PT15M"
  tags                = local.tags

  criteria {
    metric_namespace = "Microsoft.ServiceBus/namespaces"
    metric_name      = "DeadletteredMessages"
    aggregation      = "Minimum"
    operator         = "GreaterThan"
    threshold        = 0

    dimension {
      name     = "EntityName"
      operator = "Include"
      values   = ["*"]
    }
  }

  action {
    action_group_id = azurerm_monitor_action_group.this.id
  }
}

# What the gateway's callers see, whatever is wrong behind it.
resource "azurerm_monitor_metric_alert" "gateway" {
  name                = "gateway-failures"
  resource_group_name = azurerm_resource_group.this.name
  scopes              = [azurerm_api_management.this.id]
  description         = "The gateway answers 5xx: the app does not answer, or fails."
  severity            = 1
  frequency           = "PT5M"
  window_size         = "PT15M"
  tags                = local.tags

  criteria {
    metric_namespace = "Microsoft.ApiManagement/service"
    metric_name      = "Requests"
    aggregation      = "Total"
    operator         = "GreaterThan"
    threshold        = 10

    dimension {
      name     = "GatewayResponseCodeCategory"
      operator = "Include"
      values   = ["5xx"]
    }
  }

  action {
    action_group_id = azurerm_monitor_action_group.this.id
  }
}

locals {
  alerts = {
    # The words are the handler's; a test looks for them in its sources.
    stuck-operations = {
      severity    = 1
      minutes     = 15
      description = "Operations do not move on by themselves. docs/operations.md, \"What an operation is doing\"."
      threshold   = 3
      query       = file("${path.module}/queries/stuck-operations.kql")
    }
    sweep-silent = {
      severity    = 1
      minutes     = 15
      description = "The timer that finds what was lost does not run: the app does not start, or holds no lease on its storage."
      threshold   = 0
      query       = file("${path.module}/queries/sweep-silent.kql")
    }
    failure-rate = {
      severity    = 2
      minutes     = 15
      description = "More than ${var.alerts.failure_percent} of 100 requests fail with 5xx."
      threshold   = 0
      query       = templatefile("${path.module}/queries/failure-rate.kql", { percent = var.alerts.failure_percent })
    }
    latency = {
      severity    = 3
      minutes     = 30
      description = "Of 100 requests 5 take longer than ${var.alerts.latency_milliseconds} ms."
      threshold   = 0
      query       = templatefile("${path.module}/queries/latency.kql", { milliseconds = var.alerts.latency_milliseconds })
    }
  }
}

resource "azurerm_monitor_scheduled_query_rules_alert_v2" "this" {
  for_each = local.alerts

  name                    = each.key
  resource_group_name     = azurerm_resource_group.this.name
  location                = azurerm_resource_group.this.location
  scopes                  = [azurerm_application_insights.this.id]
  description             = each.value.description
  severity                = each.value.severity
  evaluation_frequency    = "PT15M" # a third of the price of five minutes
  window_duration         = "PT${each.value.minutes}M"
  auto_mitigation_enabled = true
  tags                    = local.tags

  criteria {
    query                   = each.value.query
    time_aggregation_method = "Count"
    operator                = "GreaterThan"
    threshold               = each.value.threshold
  }

  action {
    action_groups = [azurerm_monitor_action_group.this.id]
  }
}
