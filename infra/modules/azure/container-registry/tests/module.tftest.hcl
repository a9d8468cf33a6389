mock_provider "azurerm" {
  source = "../../testing/azurerm"
}

variables {
  context = {
    project     = "payments"
    environment = "dev"
    alias       = "images"
    place = {
      resource_group = "rg-payments-dev"
      location       = "westeurope"
      suffix         = "1a2b3c4d"
      tags           = { lazuli-project = "payments", lazuli-environment = "dev", lazuli-operation = "01J" }
      workspace_id   = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/log"
      identity       = { id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-payments-dev", client_id = "11111111-1111-1111-1111-111111111111", principal_id = "22222222-2222-2222-2222-222222222222" }
      network_id     = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet"
      subnets        = { endpoints = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/endpoints" }
      zones          = { container-registry = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/privateDnsZones/privatelink.azurecr.io" }
    }
  }
}

run "asks_everybody_who_he_is" {
  command = plan

  assert {
    condition     = !azurerm_container_registry.this.admin_enabled && !azurerm_container_registry.this.anonymous_pull_enabled
    error_message = "The registry can be entered without an identity."
  }
}

run "is_closed_where_azure_can" {
  command = plan
  variables {
    sku = "premium"
  }

  assert {
    condition     = !azurerm_container_registry.this.public_network_access_enabled && length(azurerm_private_endpoint.this) == 1
    error_message = "A premium registry can be reached from outside."
  }
}

run "is_open_when_asked" {
  command = plan
  variables {
    sku          = "premium"
    publicAccess = true
  }

  assert {
    condition     = azurerm_container_registry.this.public_network_access_enabled && length(azurerm_private_endpoint.this) == 0
    error_message = "It was asked for a public registry."
  }
}

run "is_found_again" {
  command = plan

  assert {
    condition     = azurerm_container_registry.this.tags == tomap({ lazuli-project = "payments", lazuli-environment = "dev", lazuli-operation = "01J", lazuli-resource = "images" })
    error_message = "The tags do not say whose it is."
  }
}

run "gives_what_the_type_promises" {
  assert {
    condition     = output.loginServer == "mocked.azurecr.io" && can(regex("^[a-z0-9]{5,50}$", output.name))
    error_message = "The outputs are not the registry's."
  }
}
