mock_provider "azurerm" {
  source = "../../testing/azurerm"
}

variables {
  machine = "vm-worker-12345678"
  script  = "uname -a"
  context = {
    project     = "payments"
    environment = "dev"
    alias       = "setup"
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

run "is_found_again" {
  command = plan

  assert {
    condition     = azurerm_virtual_machine_run_command.this.tags == tomap({ lazuli-project = "payments", lazuli-environment = "dev", lazuli-operation = "01J", lazuli-resource = "setup" })
    error_message = "The tags do not say whose it is."
  }
}

run "runs_in_the_machine_and_gives_what_it_printed" {
  assert {
    condition     = azurerm_virtual_machine_run_command.this.virtual_machine_id == data.azurerm_resources.machine.resources[0].id
    error_message = "The script runs elsewhere."
  }
  assert {
    condition     = output.output == "Linux mocked" && startswith(output.name, "setup-")
    error_message = "What the script printed is lost."
  }
}

run "runs_again_for_a_new_revision" {
  variables {
    revision = "2"
  }

  assert {
    condition     = terraform_data.revision.triggers_replace == "2"
    error_message = "A new revision does not run the script again."
  }
}

run "refuses_a_machine_that_is_not_there" {
  command = plan

  override_data {
    target = data.azurerm_resources.machine
    values = { resources = [] }
  }
  expect_failures = [data.azurerm_resources.machine]
}
