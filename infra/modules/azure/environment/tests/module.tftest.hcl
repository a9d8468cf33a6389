mock_provider "azurerm" {
  source = "../../testing/azurerm"
}

variables {
  context  = { project = "payments", environment = "dev" }
  tags     = { lazuli-project = "payments", lazuli-environment = "dev", lazuli-operation = "01J" }
  settings = { region = "westeurope" }
}

run "is_found_again" {
  command = plan

  assert {
    condition     = azurerm_resource_group.this.tags == tomap({ lazuli-project = "payments", lazuli-environment = "dev", lazuli-operation = "01J" }) && azurerm_resource_group.this.location == "westeurope"
    error_message = "The tags do not say whose it is."
  }
  assert {
    condition     = can(regex("^rg-payments-dev-[0-9a-f]{8}$", azurerm_resource_group.this.name))
    error_message = "The group is called ${azurerm_resource_group.this.name}."
  }
}

run "takes_names_as_long_as_they_may_be" {
  command = plan
  variables {
    context = { project = "a12345678901234567890123456789012345678901234567890123456789012", environment = "b12345678901234567890123456789012345678901234567890123456789012" }
  }

  assert {
    condition     = length(azurerm_resource_group.this.name) <= 90 && length(azurerm_log_analytics_workspace.this[0].name) <= 63 && length(azurerm_virtual_network.this.name) <= 64
    error_message = "Azure refuses the names."
  }
}

run "has_a_network_that_nobody_outside_enters" {
  command = plan

  assert {
    condition     = toset(keys(azurerm_subnet_network_security_group_association.this)) == toset(["endpoints", "machines"])
    error_message = "A subnet has no security group."
  }
  assert {
    condition     = azurerm_subnet.this["endpoints"].address_prefixes == tolist(["10.64.0.0/20"]) && azurerm_subnet.this["machines"].address_prefixes == tolist(["10.64.48.0/20"])
    error_message = "The subnets moved, which would make them anew."
  }
  assert {
    condition     = !azurerm_log_analytics_workspace.this[0].local_authentication_enabled
    error_message = "Logs can be written with a key."
  }
}

run "makes_what_is_used_and_nothing_else" {
  command = plan
  variables {
    uses = ["app-service", "workload-app-service", "postgres", "devtest-lab"]
  }

  assert {
    condition     = toset(keys(azurerm_private_dns_zone.this)) == toset(["privatelink.azurewebsites.net", "privatelink.postgres.database.azure.com"]) && length(azurerm_container_app_environment.this) == 0
    error_message = "The zones are ${join(", ", keys(azurerm_private_dns_zone.this))}."
  }
}

run "says_where_everything_stands" {
  variables {
    uses     = ["container-app", "storage-account"]
    settings = { region = "westeurope", vault_id = "/subscriptions/x/vault" }
  }

  assert {
    condition     = output.place.containers.domain == "gentlesea.westeurope.azurecontainerapps.io" && keys(output.place.zones) == ["storage-account"] && output.place.vault_id == "/subscriptions/x/vault" && output.place.cluster_id == null
    error_message = "The place is another."
  }
  assert {
    condition     = azurerm_monitor_diagnostic_setting.containers[0].log_analytics_workspace_id == output.place.workspace_id
    error_message = "What containers say is lost."
  }
  assert {
    condition     = output.place.workspace_id == azurerm_log_analytics_workspace.this[0].id && output.place.identity.principal_id == "66666666-6666-6666-6666-666666666666"
    error_message = "The place has no logs or nobody in it."
  }
}

run "takes_the_installations_workspace" {
  command = plan
  variables {
    settings = { region = "westeurope", workspace_id = "/subscriptions/x/workspace" }
  }

  assert {
    condition     = length(azurerm_log_analytics_workspace.this) == 0
    error_message = "There are two places for logs."
  }
}

run "refuses_a_network_that_is_too_small" {
  command = plan
  variables {
    settings = { region = "westeurope", address_space = "10.0.0.0/24" }
  }
  expect_failures = [var.settings]
}
