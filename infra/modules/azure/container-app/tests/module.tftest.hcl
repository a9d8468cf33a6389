mock_provider "azurerm" {
  source = "../../testing/azurerm"
}

variables {
  image = "acme/api:1"
  context = {
    project     = "payments"
    environment = "dev"
    alias       = "api"
    place = {
      resource_group = "rg-payments-dev"
      location       = "westeurope"
      suffix         = "1a2b3c4d"
      tags           = { lazuli-project = "payments", lazuli-environment = "dev", lazuli-operation = "01J" }
      workspace_id   = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/log"
      identity       = { id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-payments-dev", client_id = "11111111-1111-1111-1111-111111111111", principal_id = "22222222-2222-2222-2222-222222222222" }
      network_id     = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet"
      subnets        = { containers = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/containers" }
      zones          = {}
      containers     = { id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.App/managedEnvironments/cae", domain = "gentlesea-1a2b3c4d.westeurope.azurecontainerapps.io" }
    }
  }
}

run "is_closed_unless_asked" {
  command = plan

  assert {
    condition     = !azurerm_container_app.this[0].ingress[0].external_enabled && !azurerm_container_app.this[0].ingress[0].allow_insecure_connections
    error_message = "The app can be reached from outside, or without TLS."
  }
  assert {
    condition     = tolist(azurerm_container_app.this[0].identity[0].identity_ids) == tolist([var.context.place.identity.id])
    error_message = "The app is nobody towards Azure."
  }
}

run "is_open_when_asked" {
  variables {
    publicAccess = true
  }

  assert {
    condition     = azurerm_container_app.this[0].ingress[0].external_enabled && !strcontains(output.host, ".internal.")
    error_message = "It was asked for a public app."
  }
}

run "keeps_settings_as_secrets" {
  command = plan
  variables {
    settings = { "DATABASE_URL" = "postgres://x", "TITLE" = "T" }
  }

  assert {
    condition     = { for e in azurerm_container_app.this[0].template[0].container[0].env : e.name => e.secret_name if e.name != "AZURE_CLIENT_ID" } == { DATABASE_URL = "setting-0", TITLE = "setting-1" }
    error_message = "A setting is in the revision for everybody to read."
  }
  assert {
    condition     = nonsensitive({ for s in azurerm_container_app.this[0].secret : s.name => s.value }) == { setting-0 = "postgres://x", setting-1 = "T" }
    error_message = "A setting became another."
  }
}

run "takes_an_image_of_azure_with_the_environments_identity" {
  command = plan
  variables {
    image = "acme.azurecr.io/api:2"
  }

  assert {
    condition     = azurerm_container_app.this[0].registry[0].server == "acme.azurecr.io" && azurerm_container_app.this[0].registry[0].identity == var.context.place.identity.id
    error_message = "The registry would not give the image."
  }
}

run "is_found_again" {
  command = plan

  assert {
    condition     = azurerm_container_app.this[0].tags == tomap({ lazuli-project = "payments", lazuli-environment = "dev", lazuli-operation = "01J", lazuli-resource = "api" })
    error_message = "The tags do not say whose it is."
  }
}

run "gives_what_the_type_promises" {
  assert {
    condition     = can(regex("^https://ca-[a-z0-9]{1,29}[.]internal[.]gentlesea-1a2b3c4d[.]westeurope[.]azurecontainerapps[.]io$", output.url)) && output.url == "https://${output.host}"
    error_message = "The address is not the app's: ${output.url}"
  }
}

run "is_not_there_when_off" {
  variables {
    power = "off"
  }

  assert {
    condition     = length(azurerm_container_app.this) == 0 && output.url == run.gives_what_the_type_promises.url
    error_message = "The app goes on, or would come back elsewhere."
  }
}
