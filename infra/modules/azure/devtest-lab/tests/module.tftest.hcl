mock_provider "azurerm" {
  source = "../../testing/azurerm"
}

variables {
  context = {
    project     = "payments"
    environment = "dev"
    alias       = "team"
    place = {
      resource_group = "rg-payments-dev"
      location       = "westeurope"
      suffix         = "1a2b3c4d"
      tags           = { lazuli-project = "payments", lazuli-environment = "dev", lazuli-operation = "01J" }
      workspace_id   = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/log"
      identity       = { id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-payments-dev", client_id = "11111111-1111-1111-1111-111111111111", principal_id = "22222222-2222-2222-2222-222222222222" }
      network_id     = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet"
      subnets        = { machines = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/machines" }
      zones          = {}
    }
  }
}

run "holds_machines_to_the_rules" {
  command = plan
  variables {
    maxMachines  = 2
    allowedSizes = ["small", "medium"]
    shutdownTime = "19:00"
    timeZone     = "Europe/Berlin"
  }

  assert {
    condition     = azurerm_dev_test_policy.machines.threshold == "2" && azurerm_dev_test_policy.machines.evaluator_type == "MaxValuePolicy"
    error_message = "The lab takes as many machines as one likes."
  }
  assert {
    condition     = jsondecode(azurerm_dev_test_policy.sizes[0].threshold) == ["Standard_D2s_v5", "Standard_B2s"]
    error_message = "The lab takes other sizes: ${azurerm_dev_test_policy.sizes[0].threshold}"
  }
  assert {
    condition     = azurerm_dev_test_schedule.shutdown[0].daily_recurrence[0].time == "1900" && azurerm_dev_test_schedule.shutdown[0].time_zone_id == "W. Europe Standard Time" && azurerm_dev_test_schedule.shutdown[0].status == "Enabled"
    error_message = "The machines are not stopped in the evening of Berlin."
  }
}

run "gives_machines_no_public_address" {
  command = plan

  assert {
    condition     = azurerm_dev_test_virtual_network.this.subnet[0].use_public_ip_address == "Deny"
    error_message = "The lab's machines can be reached from outside."
  }
  assert {
    condition     = length(azurerm_dev_test_schedule.shutdown) == 0 && length(azurerm_dev_test_policy.sizes) == 0
    error_message = "There are rules that nobody asked for."
  }
}

run "refuses_a_time_zone_that_azure_would_not_know" {
  command = plan
  variables {
    timeZone = "Europe/Atlantis"
  }
  expect_failures = [azurerm_dev_test_lab.this]
}

run "is_found_again" {
  command = plan

  assert {
    condition     = azurerm_dev_test_lab.this.tags == tomap({ lazuli-project = "payments", lazuli-environment = "dev", lazuli-operation = "01J", lazuli-resource = "team" })
    error_message = "The tags do not say whose it is."
  }
}

run "gives_what_the_type_promises" {
  assert {
    condition     = startswith(output.name, "lab-team-") && output.maxMachines == 10 && startswith(output.address, "https://portal.azure.com/#resource/subscriptions/")
    error_message = "The outputs are not the lab's."
  }
}

run "takes_names_as_long_as_they_may_be" {
  command = plan
  variables {
    context = {
      project     = "payments"
      environment = "dev"
      alias       = "a-2-456789-123456789-123456789-123456789-123456789-123456789-12"
      place = {
        resource_group = "rg-payments-dev"
        location       = "westeurope"
        suffix         = "1a2b3c4d"
        tags           = { lazuli-project = "payments", lazuli-environment = "dev", lazuli-operation = "01J" }
        workspace_id   = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/log"
        identity       = { id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-payments-dev", client_id = "11111111-1111-1111-1111-111111111111", principal_id = "22222222-2222-2222-2222-222222222222" }
        network_id     = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet"
        subnets        = { machines = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/machines" }
        zones          = {}
      }
    }
  }

  assert {
    condition     = length(azurerm_dev_test_lab.this.name) <= 50
    error_message = "Azure refuses the name ${azurerm_dev_test_lab.this.name}."
  }
}
