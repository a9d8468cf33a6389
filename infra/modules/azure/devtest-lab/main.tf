resource "azurerm_dev_test_lab" "this" {
  name                = "lab-${local.name}"
  resource_group_name = local.place.resource_group
  location            = local.place.location
  tags                = local.tags

  lifecycle {
    ignore_changes = [tags["lazuli-operation"]] # it names the operation that made the resource

    precondition {
      condition     = contains(keys(local.time_zones), var.timeZone)
      error_message = "How Azure calls the time zone ${var.timeZone} is not known here. Choose the zone of a larger place with the same time, or add yours to time_zones.tf."
    }
  }
}

# It is called as the lab is: machines find it by that.
resource "azurerm_dev_test_virtual_network" "this" {
  name                = azurerm_dev_test_lab.this.name
  lab_name            = azurerm_dev_test_lab.this.name
  resource_group_name = local.place.resource_group
  tags                = local.tags

  subnet {
    use_in_virtual_machine_creation = "Allow"
    use_public_ip_address           = "Deny"
  }

  lifecycle {
    ignore_changes = [tags["lazuli-operation"]]
  }
}

resource "azurerm_dev_test_policy" "machines" {
  name                = "LabVmCount"
  policy_set_name     = "default"
  lab_name            = azurerm_dev_test_lab.this.name
  resource_group_name = local.place.resource_group
  evaluator_type      = "MaxValuePolicy"
  threshold           = tostring(var.maxMachines)
  tags                = local.tags

  lifecycle {
    ignore_changes = [tags["lazuli-operation"]]
  }
}

resource "azurerm_dev_test_policy" "sizes" {
  count = length(var.allowedSizes) > 0 ? 1 : 0

  name                = "LabVmSize"
  policy_set_name     = "default"
  lab_name            = azurerm_dev_test_lab.this.name
  resource_group_name = local.place.resource_group
  evaluator_type      = "AllowedValuesPolicy"
  threshold           = jsonencode(flatten([for size in sort(var.allowedSizes) : var.vmSizes[size]]))
  tags                = local.tags

  lifecycle {
    ignore_changes = [tags["lazuli-operation"]]
  }
}

resource "azurerm_dev_test_schedule" "shutdown" {
  count = var.shutdownTime == null ? 0 : 1

  name                = "LabVmsShutdown"
  lab_name            = azurerm_dev_test_lab.this.name
  resource_group_name = local.place.resource_group
  location            = local.place.location
  task_type           = "LabVmsShutdownTask"
  status              = "Enabled"
  time_zone_id        = lookup(local.time_zones, var.timeZone, "UTC")
  tags                = local.tags

  daily_recurrence {
    time = replace(var.shutdownTime, ":", "")
  }

  notification_settings {
    status = "Disabled"
  }

  lifecycle {
    ignore_changes = [tags["lazuli-operation"]]
  }
}
