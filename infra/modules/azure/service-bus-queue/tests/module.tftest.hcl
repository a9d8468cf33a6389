mock_provider "azurerm" {
  source = "../../testing/azurerm"
}

variables {
  context = {
    project     = "payments"
    environment = "dev"
    alias       = "orders"
    place = {
      resource_group = "rg-payments-dev"
      location       = "westeurope"
      suffix         = "1a2b3c4d"
      tags           = { lazuli-project = "payments", lazuli-environment = "dev", lazuli-operation = "01J" }
      workspace_id   = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/log"
      identity       = { id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-payments-dev", client_id = "11111111-1111-1111-1111-111111111111", principal_id = "22222222-2222-2222-2222-222222222222" }
      network_id     = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet"
      subnets        = { endpoints = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/endpoints" }
      zones          = { service-bus-queue = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/privateDnsZones/privatelink.servicebus.windows.net" }
    }
  }
}

run "is_closed_unless_asked" {
  command = plan

  assert {
    condition     = !azurerm_servicebus_namespace.this.public_network_access_enabled && length(azurerm_private_endpoint.this) == 1
    error_message = "The namespace can be reached from outside."
  }
  assert {
    condition     = azurerm_servicebus_namespace.this.minimum_tls_version == "1.2"
    error_message = "The namespace takes old TLS."
  }
  assert {
    condition     = !azurerm_servicebus_queue_authorization_rule.this.manage
    error_message = "The connection string can change the queue."
  }
}

run "standard_has_no_private_address" {
  command = plan
  variables {
    sku = "Standard"
  }
  expect_failures = [azurerm_servicebus_namespace.this]
}

run "standard_is_public_when_asked" {
  command = plan
  variables {
    sku          = "Standard"
    publicAccess = true
  }

  assert {
    condition     = azurerm_servicebus_namespace.this.public_network_access_enabled && azurerm_servicebus_namespace.this.capacity == 0 && length(azurerm_private_endpoint.this) == 0
    error_message = "It was asked for a public namespace of the SKU Standard."
  }
}

run "writes_durations_as_azure_does" {
  command = plan
  variables {
    lockDurationSeconds = 90
  }

  assert {
    condition     = azurerm_servicebus_queue.this.lock_duration == "PT1M30S"
    error_message = "Each plan would find a change: ${azurerm_servicebus_queue.this.lock_duration}"
  }
}

run "writes_whole_minutes_as_azure_does" {
  command = plan

  assert {
    condition     = azurerm_servicebus_queue.this.lock_duration == "PT1M"
    error_message = "Each plan would find a change: ${azurerm_servicebus_queue.this.lock_duration}"
  }
}

run "is_found_again" {
  command = plan

  assert {
    condition     = azurerm_servicebus_namespace.this.tags == tomap({ lazuli-project = "payments", lazuli-environment = "dev", lazuli-operation = "01J", lazuli-resource = "orders" })
    error_message = "The tags do not say whose it is."
  }
}

run "gives_what_the_type_promises" {
  variables {
    sessions = true
  }

  assert {
    condition     = output.name == "orders" && output.namespace == "https://mocked.servicebus.windows.net:443/" && azurerm_servicebus_queue.this.requires_session
    error_message = "The outputs are not the queue's."
  }
  assert {
    condition     = nonsensitive(output.connectionString) == "Endpoint=sb://mocked.servicebus.windows.net/;SharedAccessKeyName=application;SharedAccessKey=mocked"
    error_message = "The connection string is not that of the queue."
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
        subnets        = { endpoints = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/endpoints" }
        zones          = { service-bus-queue = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/privateDnsZones/privatelink.servicebus.windows.net" }
      }
    }
  }

  assert {
    condition     = length(azurerm_servicebus_namespace.this.name) <= 50
    error_message = "Azure refuses the name ${azurerm_servicebus_namespace.this.name}."
  }
}
