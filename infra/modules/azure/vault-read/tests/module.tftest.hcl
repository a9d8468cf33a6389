mock_provider "azurerm" {
  source = "../../testing/azurerm"
}

variables {
  reference = "https://lazuli.vault.azure.net/secrets/value-password-0123456789abcdef/0123456789abcdef0123456789abcdef"
  context = {
    project     = "payments"
    environment = "dev"
    place       = { vault_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/lazuli" }
  }
}

run "reads_one_version" {
  assert {
    condition     = nonsensitive(output.value) == "opened" && data.azurerm_key_vault_secret.this.name == "value-password-0123456789abcdef" && data.azurerm_key_vault_secret.this.version == "0123456789abcdef0123456789abcdef"
    error_message = "Another secret was read."
  }
}

run "reads_no_other_environments_secret" {
  command = plan
  variables {
    context = {
      project     = "payments"
      environment = "prod"
      place       = { vault_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/lazuli" }
    }
  }
  expect_failures = [data.azurerm_key_vault_secret.this]
}

run "reads_no_other_vault" {
  command = plan
  variables {
    reference = "https://evil.vault.azure.net/secrets/value-password-0123456789abcdef/0123456789abcdef0123456789abcdef"
  }
  expect_failures = [data.azurerm_key_vault_secret.this]
}

run "refuses_what_is_no_address" {
  command = plan
  variables {
    reference = "https://lazuli.vault.azure.net/secrets/../keys/x"
  }
  expect_failures = [var.reference]
}
