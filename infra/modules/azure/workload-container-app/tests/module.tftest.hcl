mock_provider "azurerm" {
  source = "../../testing/azurerm"
}

variables {
  containers = { main = { image = "acme.azurecr.io/shop:1", command = ["/app"], variables = { DB = "postgres://x" }, files = { "/etc/app.json" = { content = "{}" } }, resources = { requests = { cpu = "300m", memory = "512Mi" } } } }
  service    = { ports = { www = { port = 80, targetPort = 3000 } } }
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
      subnets        = { containers = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/containers" }
      zones          = {}
      containers     = { id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.App/managedEnvironments/cae", domain = "gentlesea-1a2b3c4d.westeurope.azurecontainerapps.io" }
    }
  }
}

run "is_closed_unless_asked" {
  command = plan

  assert {
    condition     = !azurerm_container_app.this[0].ingress[0].external_enabled && !azurerm_container_app.this[0].ingress[0].allow_insecure_connections && azurerm_container_app.this[0].ingress[0].target_port == 3000
    error_message = "The workload can be reached from outside, or without TLS."
  }
  assert {
    condition     = one(azurerm_container_app.this[0].registry).server == "acme.azurecr.io" && one(azurerm_container_app.this[0].registry).identity == var.context.place.identity.id
    error_message = "The registry would not give the image."
  }
}

run "keeps_values_and_files_as_secrets" {
  command = plan

  assert {
    condition     = nonsensitive({ for s in azurerm_container_app.this[0].secret : s.name => s.value }) == { variable-0-0 = "postgres://x", file-0-0 = "{}" }
    error_message = "A value or a file is lost."
  }
  assert {
    condition     = azurerm_container_app.this[0].template[0].container[0].env[1].secret_name == "variable-0-0" && azurerm_container_app.this[0].template[0].container[0].env[1].name == "DB"
    error_message = "A value is in the revision for everybody to read."
  }
  assert {
    condition     = azurerm_container_app.this[0].template[0].container[0].volume_mounts[0].path == "/etc/app.json" && azurerm_container_app.this[0].template[0].container[0].volume_mounts[0].sub_path == "file-0-0"
    error_message = "The file is elsewhere."
  }
}

run "gives_the_next_size_that_azure_sells" {
  command = plan

  assert {
    condition     = azurerm_container_app.this[0].template[0].container[0].cpu == 0.5 && azurerm_container_app.this[0].template[0].container[0].memory == "1Gi"
    error_message = "300m became ${azurerm_container_app.this[0].template[0].container[0].cpu}."
  }
}

run "refuses_more_than_a_replica_has" {
  command = plan
  variables {
    containers = { main = { image = "a", resources = { limits = { memory = "9Gi" } } } }
  }
  expect_failures = [azurerm_container_app.this[0]]
}

run "refuses_probes_that_it_would_not_ask" {
  command = plan
  variables {
    containers = { main = { image = "a", livenessProbe = { exec = { command = ["true"] } } } }
  }
  expect_failures = [azurerm_container_app.this[0]]
}

run "a_worker_has_no_address_and_always_runs" {
  command = plan
  variables {
    service = {}
  }

  assert {
    condition     = length(azurerm_container_app.this[0].ingress) == 0 && azurerm_container_app.this[0].template[0].min_replicas == 1 && output.url == ""
    error_message = "Nothing would ever start the worker."
  }
}

run "is_found_again" {
  command = plan

  assert {
    condition     = azurerm_container_app.this[0].tags == tomap({ lazuli-project = "payments", lazuli-environment = "dev", lazuli-operation = "01J", lazuli-resource = "shop" })
    error_message = "The tags do not say whose it is."
  }
}

run "gives_what_the_type_promises" {
  assert {
    condition     = can(regex("^https://ca-[a-z0-9]{1,29}[.]internal[.]gentlesea-1a2b3c4d[.]westeurope[.]azurecontainerapps[.]io$", output.url)) && output.url == "https://${output.host}"
    error_message = "The address is not the workload's: ${output.url}"
  }
}

run "is_not_there_when_off" {
  variables {
    power = "off"
  }

  assert {
    condition     = length(azurerm_container_app.this) == 0 && output.url == run.gives_what_the_type_promises.url
    error_message = "The workload goes on, or would come back elsewhere."
  }
}
