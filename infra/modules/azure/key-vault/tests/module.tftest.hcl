mock_provider "azurerm" {
  source = "../../testing/azurerm"
}

variables {
  context = {
    project     = "payments"
    environment = "dev"
    alias       = "vault"
    place = {
      resource_group = "rg-payments-dev"
      location       = "westeurope"
      suffix         = "1a2b3c4d"
      tags           = { lazuli-project = "payments", lazuli-environment = "dev", lazuli-operation = "01J" }
      workspace_id   = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/log"
      identity       = { id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-payments-dev", client_id = "11111111-1111-1111-1111-111111111111", principal_id = "22222222-2222-2222-2222-222222222222" }
      network_id     = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet"
      subnets        = { endpoints = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/endpoints" }
      zones          = { key-vault = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/privateDnsZones/privatelink.vaultcore.azure.net" }
    }
  }
}

run "is_closed_unless_asked" {
  command = plan

  assert {
    condition     = !azurerm_key_vault.this.public_network_access_enabled && azurerm_key_vault.this.network_acls[0].default_action == "Deny"
    error_message = "The vault can be reached from outside."
  }
  assert {
    condition     = azurerm_key_vault.this.rbac_authorization_enabled && azurerm_key_vault.this.purge_protection_enabled
    error_message = "The vault is entered by other ways than roles, or can be emptied for good."
  }
  assert {
    condition     = length(azurerm_private_endpoint.this) == 1 && azurerm_role_assignment.workloads.role_definition_name == "Key Vault Secrets Officer"
    error_message = "Nothing in the environment reaches the vault."
  }
}

run "is_open_when_asked" {
  command = plan
  variables {
    publicAccess = true
  }

  assert {
    condition     = azurerm_key_vault.this.public_network_access_enabled && length(azurerm_private_endpoint.this) == 0
    error_message = "It was asked for a public vault."
  }
}

run "is_found_again" {
  command = plan

  assert {
    condition     = azurerm_key_vault.this.tags == tomap({ lazuli-project = "payments", lazuli-environment = "dev", lazuli-operation = "01J", lazuli-resource = "vault" })
    error_message = "The tags do not say whose it is."
  }
}

run "gives_what_the_type_promises" {
  assert {
    condition     = output.uri == "https://mocked.vault.azure.net/" && can(regex("^kv-[a-z0-9]{1,21}$", output.name))
    error_message = "The outputs are not the vault's."
  }
}

run "refuses_days_that_azure_refuses" {
  command = plan
  variables {
    softDeleteDays = 6
  }
  expect_failures = [var.softDeleteDays]
}
