mock_provider "azurerm" {
  source = "../../testing/azurerm"
}

variables {
  context = {
    project     = "payments"
    environment = "dev"
    alias       = "cache"
    place = {
      resource_group = "rg-payments-dev"
      location       = "westeurope"
      suffix         = "1a2b3c4d"
      tags           = { lazuli-project = "payments", lazuli-environment = "dev", lazuli-operation = "01J" }
      workspace_id   = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/log"
      identity       = { id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-payments-dev", client_id = "11111111-1111-1111-1111-111111111111", principal_id = "22222222-2222-2222-2222-222222222222" }
      network_id     = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet"
      subnets        = { endpoints = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/endpoints" }
      zones          = { redis = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/privateDnsZones/privatelink.redis.cache.windows.net" }
    }
  }
}

run "is_closed_unless_asked" {
  command = plan

  assert {
    condition     = !azurerm_redis_cache.this.public_network_access_enabled && length(azurerm_private_endpoint.this) == 1
    error_message = "The cache can be reached from outside."
  }
  assert {
    condition     = !azurerm_redis_cache.this.non_ssl_port_enabled && azurerm_redis_cache.this.minimum_tls_version == "1.2"
    error_message = "The cache can be spoken to without TLS 1.2."
  }
}

run "is_open_when_asked" {
  command = plan
  variables {
    publicAccess = true
  }

  assert {
    condition     = azurerm_redis_cache.this.public_network_access_enabled && length(azurerm_private_endpoint.this) == 0
    error_message = "It was asked for a public cache."
  }
}

run "refuses_more_memory_than_it_has" {
  command = plan
  variables {
    maxMemoryMb = 251
  }
  expect_failures = [azurerm_redis_cache.this]
}

run "refuses_persistence" {
  command = plan
  variables {
    persistence = true
  }
  expect_failures = [var.persistence]
}

run "is_found_again" {
  command = plan

  assert {
    condition     = azurerm_redis_cache.this.tags == tomap({ lazuli-project = "payments", lazuli-environment = "dev", lazuli-operation = "01J", lazuli-resource = "cache" })
    error_message = "The tags do not say whose it is."
  }
}

run "gives_what_the_type_promises" {
  assert {
    condition     = output.host == "mocked.redis.cache.windows.net" && output.port == 6380
    error_message = "The outputs are not the cache's."
  }
  assert {
    condition     = nonsensitive(output.url) == "rediss://:a%2Bb%3D@mocked.redis.cache.windows.net:6380"
    error_message = "The URL does not lead to the cache, or the key in it is not escaped."
  }
}
