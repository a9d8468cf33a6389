# What a platform engineer relies on, of an installation without public addresses.

mock_provider "azurerm" {
  source = "./tests/mocks"
}

variables {
  subscription_id = "00000000-0000-0000-0000-000000000000"
  stage           = "prod"
  entra = {
    api       = "aaaaaaaa-0000-0000-0000-000000000000"
    portal    = "bbbbbbbb-0000-0000-0000-000000000000"
    functions = "cccccccc-0000-0000-0000-000000000000"
  }
  devops         = { url = "https://dev.azure.com/contoso", project = "platform", pipeline = 7 }
  gateway        = { sku = "StandardV2_1", publisher_name = "Platform team", publisher_email = "platform@example.com" }
  budget         = { amount = 2000, start = "2026-12-01T00:00:00Z", emails = ["platform@example.com"] }
  network        = { address_space = "10.40.0.0/22", deployer_addresses = ["198.51.100.7/32"] }
  settle_seconds = 0
}

run "nothing_has_a_public_address" {
  command = plan

  assert {
    condition     = !anytrue([for account in azurerm_storage_account.this : account.public_network_access_enabled]) && !azurerm_servicebus_namespace.this.public_network_access_enabled && !azurerm_function_app_flex_consumption.this.public_network_access_enabled && !azurerm_key_vault.this["values"].public_network_access_enabled
    error_message = "Something can be reached from outside."
  }
  assert {
    condition     = toset(keys(azurerm_private_endpoint.this)) == toset(["app", "bus", "vault", "values", "tables", "host-blobs", "states"])
    error_message = "Something can be reached from nowhere."
  }
  assert {
    condition     = azurerm_key_vault.this["platform"].network_acls[0].default_action == "Deny" && azurerm_key_vault.this["platform"].network_acls[0].ip_rules == toset(["198.51.100.7/32"])
    error_message = "More than the deployer reaches the vault of the signing key, or he does not."
  }
  assert {
    condition     = azurerm_servicebus_namespace.this.sku == "Premium" && !azurerm_servicebus_namespace.this.local_auth_enabled && length(azurerm_servicebus_queue_authorization_rule.hooks) == 0
    error_message = "A private bus is Premium, and service hooks do not reach it."
  }
  assert {
    condition     = azurerm_api_management.this.virtual_network_type == "External" && length(azurerm_api_management.this.virtual_network_configuration) == 1
    error_message = "The gateway does not reach the app."
  }
  assert {
    condition     = alltrue([for subnet in azurerm_subnet.this : alltrue([for prefix in subnet.address_prefixes : endswith(prefix, "/26")])])
    error_message = "The parts of a /22 are /26."
  }
}

run "without_a_way_in_there_is_no_way_in" {
  command = plan
  variables {
    network = { address_space = "10.40.0.0/22" }
  }

  assert {
    condition     = !azurerm_key_vault.this["platform"].public_network_access_enabled
    error_message = "The vault of the signing key is open."
  }
}

run "refuses_a_gateway_that_cannot_reach_in" {
  command = plan
  variables {
    gateway = { sku = "Consumption_0", publisher_name = "Platform team", publisher_email = "platform@example.com" }
  }
  expect_failures = [azurerm_function_app_flex_consumption.this]
}

run "refuses_a_network_without_room" {
  command = plan
  variables {
    network = { address_space = "10.40.0.0/25" }
  }
  expect_failures = [var.network]
}
