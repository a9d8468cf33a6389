mock_provider "azurerm" {
  source = "../../testing/azurerm"
}

variables {
  containers = { main = { image = "acme/shop:1", variables = { DB = "postgres://x" } } }
  context = {
    project     = "payments"
    environment = "dev"
    alias       = "shop"
    place = {
      resource_group = "rg-payments-dev"
      location       = "westeurope"
      suffix         = "1a2b3c4d"
      tags           = { lazuli-project = "payments", lazuli-environment = "dev", lazuli-operation = "01J" }
      workspace_id   = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/log"
      identity       = { id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-payments-dev", client_id = "11111111-1111-1111-1111-111111111111", principal_id = "22222222-2222-2222-2222-222222222222" }
      network_id     = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet"
      subnets        = { endpoints = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/endpoints", apps = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/apps" }
      zones          = { workload-app-service = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/privateDnsZones/privatelink.azurewebsites.net" }
    }
  }
}

run "is_closed_unless_asked" {
  command = plan

  assert {
    condition     = !azurerm_linux_web_app.this.public_network_access_enabled && length(azurerm_private_endpoint.this) == 1 && azurerm_linux_web_app.this.https_only
    error_message = "The workload can be reached from outside, or without TLS."
  }
  assert {
    condition     = !azurerm_linux_web_app.this.webdeploy_publish_basic_authentication_enabled && azurerm_linux_web_app.this.site_config[0].minimum_tls_version == "1.2"
    error_message = "The workload can be changed with a password, or takes old TLS."
  }
}

run "takes_an_image_of_docker_hub" {
  command = plan

  assert {
    condition     = azurerm_linux_web_app.this.site_config[0].application_stack[0].docker_image_name == "acme/shop:1" && azurerm_linux_web_app.this.site_config[0].application_stack[0].docker_registry_url == "https://index.docker.io"
    error_message = "The image is not the one that was asked for."
  }
  assert {
    condition     = nonsensitive(azurerm_linux_web_app.this.app_settings["DB"]) == "postgres://x"
    error_message = "The variables are not there."
  }
}

run "takes_an_image_of_azure_with_the_environments_identity" {
  command = plan
  variables {
    containers = { main = { image = "acme.azurecr.io/shop/web:2", command = ["/app"], args = ["it's"] } }
    service    = { ports = { www = { port = 80, targetPort = 3000 } } }
  }

  assert {
    condition     = azurerm_linux_web_app.this.site_config[0].application_stack[0].docker_image_name == "shop/web:2" && azurerm_linux_web_app.this.site_config[0].container_registry_use_managed_identity
    error_message = "The registry would not give the image."
  }
  assert {
    condition     = azurerm_linux_web_app.this.site_config[0].app_command_line == "'/app' 'it'\\''s'" && azurerm_linux_web_app.this.app_settings["WEBSITES_PORT"] == "3000"
    error_message = "The container is not run as its document says."
  }
}

run "refuses_two_containers" {
  command = plan
  variables {
    containers = { main = { image = "a" }, side = { image = "b" } }
  }
  expect_failures = [azurerm_linux_web_app.this]
}

run "refuses_files" {
  command = plan
  variables {
    containers = { main = { image = "a", files = { "/etc/app" = { content = "x" } } } }
  }
  expect_failures = [azurerm_linux_web_app.this]
}

run "is_stopped_when_off" {
  command = plan
  variables {
    power = "off"
  }

  assert {
    condition     = !azurerm_linux_web_app.this.enabled
    error_message = "The workload goes on."
  }
}

run "is_found_again" {
  command = plan

  assert {
    condition     = azurerm_linux_web_app.this.tags == tomap({ lazuli-project = "payments", lazuli-environment = "dev", lazuli-operation = "01J", lazuli-resource = "shop" })
    error_message = "The tags do not say whose it is."
  }
}

run "gives_what_the_type_promises" {
  assert {
    condition     = output.url == "https://mocked.azurewebsites.net" && output.host == "mocked.azurewebsites.net"
    error_message = "The address is not the workload's."
  }
}
