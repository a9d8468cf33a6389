mock_provider "azurerm" {
  source = "../../testing/azurerm"
}

variables {
  context = {
    project     = "payments"
    environment = "dev"
    alias       = "files"
    place = {
      resource_group = "rg-payments-dev"
      location       = "westeurope"
      suffix         = "1a2b3c4d"
      tags           = { lazuli-project = "payments", lazuli-environment = "dev", lazuli-operation = "01J" }
      workspace_id   = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/log"
      identity       = { id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id", client_id = "11111111-1111-1111-1111-111111111111", principal_id = "22222222-2222-2222-2222-222222222222" }
      network_id     = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet"
      subnets        = { endpoints = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/endpoints" }
      zones          = { storage-account = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/privateDnsZones/privatelink.blob.core.windows.net" }
    }
  }
}

run "is_closed_unless_asked" {
  command = plan

  assert {
    condition     = !azurerm_storage_account.this.public_network_access_enabled && !azurerm_storage_account.this.allow_nested_items_to_be_public
    error_message = "The account can be reached from outside."
  }
  assert {
    condition     = !azurerm_storage_account.this.shared_access_key_enabled && !azurerm_storage_account.this.local_user_enabled
    error_message = "The account can be opened with a key."
  }
  assert {
    condition     = azurerm_storage_account.this.min_tls_version == "TLS1_2" && azurerm_storage_account.this.https_traffic_only_enabled
    error_message = "The account takes connections that can be read on the way."
  }
  assert {
    condition     = length(azurerm_private_endpoint.this) == 1
    error_message = "Nobody in the environment reaches the account."
  }
}

run "is_open_when_asked" {
  command = plan
  variables {
    publicAccess = true
  }

  assert {
    condition     = azurerm_storage_account.this.public_network_access_enabled && length(azurerm_private_endpoint.this) == 0
    error_message = "It was asked for a public account."
  }
  assert {
    condition     = !azurerm_storage_account.this.shared_access_key_enabled
    error_message = "A public account is not one with keys."
  }
}

run "is_found_again" {
  command = plan

  assert {
    condition     = azurerm_storage_account.this.tags == tomap({ lazuli-project = "payments", lazuli-environment = "dev", lazuli-operation = "01J", lazuli-resource = "files" })
    error_message = "The tags do not say whose it is."
  }
  assert {
    condition     = can(regex("^[a-z0-9]{3,24}$", azurerm_storage_account.this.name))
    error_message = "Azure refuses the name ${azurerm_storage_account.this.name}."
  }
}

run "gives_what_the_type_promises" {
  variables {
    containers = ["uploads", "archive"]
  }

  assert {
    condition     = output.containers == tolist(["archive", "uploads"]) && output.honesty == "real"
    error_message = "The outputs are not what was asked for."
  }
  assert {
    condition     = output.url == "https://mocked.blob.core.windows.net/"
    error_message = "The address is not the account's."
  }
  assert {
    condition     = alltrue([for container in azurerm_storage_container.this : container.container_access_type == "private"])
    error_message = "A container is public."
  }
}

run "refuses_a_sku_that_is_none" {
  command = plan
  variables {
    sku = "Cheap"
  }
  expect_failures = [var.sku]
}
