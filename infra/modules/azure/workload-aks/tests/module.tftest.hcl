mock_provider "azurerm" {
  source = "../../testing/azurerm"
}

variables {
  containers = { main = { image = "acme/shop:1", variables = { "DB" = "postgres://x" }, files = { "/etc/app.json" = { content = "{}", mode = "0600" } } } }
  service    = { ports = { www = { port = 80, targetPort = 8080 } } }
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
      subnets        = { machines = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/machines" }
      zones          = {}
      cluster_id     = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-clusters/providers/Microsoft.ContainerService/managedClusters/shared"
    }
  }
}

run "keeps_values_out_of_the_deployment" {
  command = plan

  assert {
    condition     = nonsensitive(!strcontains(jsonencode(local.documents[3]), "postgres://x") && jsondecode(jsonencode(local.documents[2])).data["variable-0-0"] == base64encode("postgres://x"))
    error_message = "A value of the workload is not in its secret alone."
  }
  assert {
    condition     = nonsensitive(jsondecode(jsonencode(local.documents[3])).spec.template.spec.containers[0].securityContext.allowPrivilegeEscalation == false)
    error_message = "A container may become more than it is."
  }
}

run "puts_files_where_they_belong" {
  command = plan

  assert {
    condition     = nonsensitive(jsondecode(jsonencode(local.documents[3])).spec.template.spec.containers[0].volumeMounts[0] == { mountPath = "/etc/app.json", name = "files", readOnly = true, subPath = "file-0-0" })
    error_message = "The file is elsewhere."
  }
  assert {
    condition     = nonsensitive(jsondecode(jsonencode(local.documents[3])).spec.template.spec.volumes[0].secret.items[0].mode == 384)
    error_message = "The file may be read by others."
  }
}

run "has_an_address_within_the_cluster_unless_asked" {
  command = plan

  assert {
    condition     = nonsensitive(jsondecode(jsonencode(local.documents[4])).spec.type == "ClusterIP") && local.host == "shop.payments-dev-1a2b3c4d.svc.cluster.local"
    error_message = "The workload can be reached from outside."
  }
}

run "is_public_when_asked" {
  command = plan
  variables {
    publicAccess = true
  }

  assert {
    condition     = nonsensitive(jsondecode(jsonencode(local.documents[4])).spec.type == "LoadBalancer") && local.host == "shop-1a2b3c4d.westeurope.cloudapp.azure.com"
    error_message = "It was asked for a public workload: ${local.host}"
  }
}

run "runs_nothing_when_off" {
  command = plan
  variables {
    power = "off"
  }

  assert {
    condition     = nonsensitive(jsondecode(jsonencode(local.documents[3])).spec.replicas == 0)
    error_message = "The workload goes on."
  }
}

run "text_cannot_become_a_document" {
  command = plan
  variables {
    containers = { main = { image = "a\n---\nkind: Pod", variables = { "X" = "\n---\nkind: Pod" } } }
  }

  assert {
    condition     = nonsensitive(length(regexall("(?m)^---$", local.manifest)) == 4)
    error_message = "What was typed became a document of its own."
  }
}

run "refuses_where_there_is_no_cluster" {
  command = plan
  variables {
    context = {
      project     = "payments"
      environment = "dev"
      alias       = "shop"
      place = {
        resource_group = "rg"
        location       = "westeurope"
        suffix         = "1a2b3c4d"
        tags           = {}
        workspace_id   = "x"
        identity       = { id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id", client_id = "x", principal_id = "x" }
        network_id     = "x"
        subnets        = {}
        zones          = {}
      }
    }
  }
  expect_failures = [data.azurerm_kubernetes_cluster.this]
}

run "gives_what_the_type_promises" {
  assert {
    condition     = output.url == "http://shop.payments-dev-1a2b3c4d.svc.cluster.local" && output.host == "shop.payments-dev-1a2b3c4d.svc.cluster.local"
    error_message = "The address is not the workload's."
  }
  assert {
    condition     = azurerm_federated_identity_credential.this.subject == "system:serviceaccount:payments-dev-1a2b3c4d:shop"
    error_message = "The workload is nobody towards Azure."
  }
}
