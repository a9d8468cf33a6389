locals {
  runs_containers = length(setintersection(var.uses, ["container-app", "workload-container-app"])) > 0
}

resource "azurerm_container_app_environment" "this" {
  count = local.runs_containers ? 1 : 0

  name                     = "cae-${local.name}"
  resource_group_name      = azurerm_resource_group.this.name
  location                 = local.location
  infrastructure_subnet_id = azurerm_subnet.this["containers"].id
  logs_destination         = "azure-monitor" # the other way wants the workspace's key, which does not count
  tags                     = var.tags

  workload_profile {
    name                  = "Consumption"
    workload_profile_type = "Consumption"
  }

  lifecycle {
    ignore_changes = [tags["lazuli-operation"], infrastructure_resource_group_name]
  }
}

resource "azurerm_monitor_diagnostic_setting" "containers" {
  count = local.runs_containers ? 1 : 0

  name                       = "lazuli"
  target_resource_id         = azurerm_container_app_environment.this[0].id
  log_analytics_workspace_id = local.workspace_id

  enabled_log {
    category_group = "allLogs"
  }

  enabled_metric {
    category = "AllMetrics"
  }
}
