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
      zones          = { sql-database = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/privateDnsZones/privatelink.database.windows.net" }
    }
  }
}

run "is_closed_unless_asked" {
  command = plan

  assert {
    condition     = !azurerm_mssql_server.this.public_network_access_enabled && length(azurerm_private_endpoint.this) == 1
    error_message = "The server can be reached from outside."
  }
  assert {
    condition     = azurerm_mssql_server.this.minimum_tls_version == "1.2" && azurerm_mssql_database.this.transparent_data_encryption_enabled
    error_message = "What is sent or kept can be read."
  }
  assert {
    condition     = azurerm_mssql_server_extended_auditing_policy.this.log_monitoring_enabled
    error_message = "Nobody can say who did what."
  }
}

run "is_open_when_asked" {
  command = plan
  variables {
    publicAccess = true
  }

  assert {
    condition     = azurerm_mssql_server.this.public_network_access_enabled && length(azurerm_private_endpoint.this) == 0
    error_message = "It was asked for a public server."
  }
}

run "gives_the_next_size_that_azure_sells" {
  command = plan
  variables {
    tier      = "standard"
    maxSizeGb = 60
  }

  assert {
    condition     = azurerm_mssql_database.this.max_size_gb == 100 && azurerm_mssql_database.this.sku_name == "S0"
    error_message = "60 GiB became ${azurerm_mssql_database.this.max_size_gb}."
  }
}

run "refuses_more_than_a_tier_holds" {
  command = plan
  variables {
    maxSizeGb = 3
  }
  expect_failures = [azurerm_mssql_database.this]
}

run "is_found_again" {
  command = plan

  assert {
    condition     = azurerm_mssql_server.this.tags == tomap({ lazuli-project = "payments", lazuli-environment = "dev", lazuli-operation = "01J", lazuli-resource = "main-db" })
    error_message = "The tags do not say whose it is."
  }
}

run "gives_what_the_type_promises" {
  assert {
    condition     = output.host == "mocked.database.windows.net" && output.port == 1433 && output.database == "main_db" && output.username == "owner_of_main_db"
    error_message = "The outputs are not the server's."
  }
  assert {
    condition     = can(regex("^sqlserver://owner_of_main_db:Aa1-[0-9a-f-]{36}@mocked[.]database[.]windows[.]net:1433[?]database=main_db&encrypt=true$", nonsensitive(output.url)))
    error_message = "The URL does not lead to the database."
  }
}
