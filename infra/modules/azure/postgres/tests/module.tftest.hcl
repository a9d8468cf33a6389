mock_provider "azurerm" {
  source = "../../testing/azurerm"
}

variables {
  context = {
    project     = "payments"
    environment = "dev"
    alias       = "main-db"
    place = {
      resource_group = "rg-payments-dev"
      location       = "westeurope"
      suffix         = "1a2b3c4d"
      tags           = { lazuli-project = "payments", lazuli-environment = "dev", lazuli-operation = "01J" }
      workspace_id   = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/log"
      identity       = { id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-payments-dev", client_id = "11111111-1111-1111-1111-111111111111", principal_id = "22222222-2222-2222-2222-222222222222" }
      network_id     = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet"
      subnets        = { endpoints = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/endpoints" }
      zones          = { postgres = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/privateDnsZones/privatelink.postgres.database.azure.com" }
    }
  }
}

run "is_closed_unless_asked" {
  command = plan

  assert {
    condition     = !azurerm_postgresql_flexible_server.this.public_network_access_enabled && length(azurerm_private_endpoint.this) == 1
    error_message = "The server can be reached from outside."
  }
  assert {
    condition     = azurerm_postgresql_flexible_server_configuration.this["require_secure_transport"].value == "on" && azurerm_postgresql_flexible_server_configuration.this["ssl_min_protocol_version"].value == "TLSv1.2"
    error_message = "The server takes connections without TLS 1.2."
  }
}

run "is_open_when_asked" {
  command = plan
  variables {
    publicAccess = true
  }

  assert {
    condition     = azurerm_postgresql_flexible_server.this.public_network_access_enabled && length(azurerm_private_endpoint.this) == 0
    error_message = "It was asked for a public server."
  }
}

run "gives_the_next_size_that_azure_sells" {
  command = plan
  variables {
    storageGb = 65
  }

  assert {
    condition     = azurerm_postgresql_flexible_server.this.storage_mb == 131072
    error_message = "65 GiB became ${azurerm_postgresql_flexible_server.this.storage_mb} MiB."
  }
}

run "refuses_a_stand_by_for_a_burstable_server" {
  command = plan
  variables {
    highAvailability = true
  }
  expect_failures = [azurerm_postgresql_flexible_server.this]
}

run "has_a_stand_by_when_asked" {
  command = plan
  variables {
    highAvailability = true
    sku              = "GP_Standard_D2ds_v5"
  }

  assert {
    condition     = azurerm_postgresql_flexible_server.this.high_availability[0].mode == "ZoneRedundant"
    error_message = "No server stands by."
  }
}

run "is_found_again" {
  command = plan

  assert {
    condition     = azurerm_postgresql_flexible_server.this.tags == tomap({ lazuli-project = "payments", lazuli-environment = "dev", lazuli-operation = "01J", lazuli-resource = "main-db" })
    error_message = "The tags do not say whose it is."
  }
}

run "gives_what_the_type_promises" {
  assert {
    condition     = output.host == "mocked.postgres.database.azure.com" && output.port == 5432 && output.database == "main_db" && output.username == "owner_of_main_db"
    error_message = "The outputs are not the server's."
  }
  assert {
    condition     = can(regex("^postgres://owner_of_main_db:Aa1-[0-9a-f-]{36}@mocked[.]postgres[.]database[.]azure[.]com:5432/main_db[?]sslmode=require$", nonsensitive(output.url)))
    error_message = "The URL does not lead to the database."
  }
  assert {
    condition     = length(terraform_data.on) == 1 && length(terraform_data.off) == 0
    error_message = "A server that is on is not started."
  }
}

run "is_stopped_when_off" {
  variables {
    power = "off"
  }

  assert {
    condition     = length(terraform_data.on) == 0 && length(terraform_data.off) == 1
    error_message = "A server that is off is not stopped."
  }
  assert {
    condition     = nonsensitive(output.url) == nonsensitive(run.gives_what_the_type_promises.url)
    error_message = "Switching it off changed the password."
  }
}
