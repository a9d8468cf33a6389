mock_provider "azurerm" {
  source = "../../testing/azurerm"
}

variables {
  name  = "db--url"
  value = "postgres://x"
  context = {
    project     = "payments"
    environment = "dev"
    alias       = "db"
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
      vault_id       = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/lazuli"
    }
  }
}

run "keeps_the_value_in_the_installations_vault" {
  command = plan

  assert {
    condition     = azurerm_key_vault_secret.this.name == "1a2b3c4d-db--url" && azurerm_key_vault_secret.this.key_vault_id == var.context.place.vault_id
    error_message = "The secret is elsewhere, or in the way of another environment's."
  }
  assert {
    condition     = nonsensitive(azurerm_key_vault_secret.this.value) == "postgres://x"
    error_message = "Another value is kept."
  }
}

run "gives_its_address" {
  assert {
    condition     = output.reference == "https://lazuli.vault.azure.net/secrets/mocked/0123456789abcdef0123456789abcdef"
    error_message = "The address is not the secret's."
  }
}

run "is_found_again" {
  command = plan

  assert {
    condition     = azurerm_key_vault_secret.this.tags == tomap({ lazuli-project = "payments", lazuli-environment = "dev", lazuli-operation = "01J", lazuli-resource = "db" })
    error_message = "The tags do not say whose it is."
  }
}
