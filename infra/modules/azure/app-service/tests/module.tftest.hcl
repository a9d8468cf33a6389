mock_provider "azurerm" {
  source = "../../testing/azurerm"
}

variables {
  context = {
    project     = "payments"
    environment = "dev"
    alias       = "site"
    place = {
      resource_group = "rg-payments-dev"
      location       = "westeurope"
      suffix         = "1a2b3c4d"
      tags           = { lazuli-project = "payments", lazuli-environment = "dev", lazuli-operation = "01J" }
      workspace_id   = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/log"
      identity       = { id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-payments-dev", client_id = "11111111-1111-1111-1111-111111111111", principal_id = "22222222-2222-2222-2222-222222222222" }
      network_id     = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet"
      subnets        = { endpoints = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/endpoints", apps = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/apps" }
      zones          = { app-service = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/privateDnsZones/privatelink.azurewebsites.net" }
    }
  }
}

run "is_closed_unless_asked" {
  command = plan

  assert {
    condition     = !azurerm_linux_web_app.this.public_network_access_enabled && length(azurerm_private_endpoint.this) == 1
    error_message = "The app can be reached from outside."
  }
  assert {
    condition     = azurerm_linux_web_app.this.https_only && azurerm_linux_web_app.this.site_config[0].minimum_tls_version == "1.2" && azurerm_linux_web_app.this.site_config[0].ftps_state == "Disabled"
    error_message = "The app takes connections that can be read on the way."
  }
  assert {
    condition     = !azurerm_linux_web_app.this.ftp_publish_basic_authentication_enabled && !azurerm_linux_web_app.this.webdeploy_publish_basic_authentication_enabled
    error_message = "The app can be changed with a password."
  }
}

run "is_open_when_asked" {
  command = plan
  variables {
    publicAccess = true
  }

  assert {
    condition     = azurerm_linux_web_app.this.public_network_access_enabled && length(azurerm_private_endpoint.this) == 0
    error_message = "It was asked for a public app."
  }
}

run "runs_as_the_environment" {
  command = plan

  assert {
    condition     = tolist(azurerm_linux_web_app.this.identity[0].identity_ids) == tolist([var.context.place.identity.id]) && azurerm_linux_web_app.this.virtual_network_subnet_id == var.context.place.subnets["apps"]
    error_message = "The app would not reach what is kept in its environment."
  }
}

run "takes_settings_as_they_are" {
  command = plan
  variables {
    settings = { TITLE = "Pay & \"more\" $${x}" }
  }

  assert {
    condition     = nonsensitive(azurerm_linux_web_app.this.app_settings["TITLE"]) == "Pay & \"more\" $${x}"
    error_message = "The setting became another."
  }
}

run "types_the_command_as_it_was_typed" {
  command = plan
  variables {
    runtime = "process"
    command = ["node", "it's $HOME; rm -rf /"]
    files   = { "server.js" = "1" }
  }

  assert {
    condition     = endswith(azurerm_linux_web_app.this.site_config[0].app_command_line, " && cd /tmp/app && exec 'node' 'it'\\''s $HOME; rm -rf /'")
    error_message = "The shell would read it otherwise: ${azurerm_linux_web_app.this.site_config[0].app_command_line}"
  }
}

run "is_stopped_when_off" {
  command = plan
  variables {
    power = "off"
  }

  assert {
    condition     = !azurerm_linux_web_app.this.enabled
    error_message = "The app goes on."
  }
}

run "refuses_a_process_without_a_command" {
  command = plan
  variables {
    runtime = "process"
  }
  expect_failures = [azurerm_linux_web_app.this]
}

run "refuses_a_folder" {
  command = plan
  variables {
    folder = "/srv/app"
  }
  expect_failures = [var.folder]
}

run "is_found_again" {
  command = plan

  assert {
    condition     = azurerm_linux_web_app.this.tags == tomap({ lazuli-project = "payments", lazuli-environment = "dev", lazuli-operation = "01J", lazuli-resource = "site" })
    error_message = "The tags do not say whose it is."
  }
}

run "gives_what_the_type_promises" {
  assert {
    condition     = output.url == "https://mocked.azurewebsites.net" && output.host == "mocked.azurewebsites.net"
    error_message = "The address is not the app's."
  }
}
