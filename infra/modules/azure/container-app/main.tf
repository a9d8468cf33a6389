locals {
  registry = split("/", var.image)[0]
  host     = "${local.app}.${var.publicAccess ? "" : "internal."}${local.place.containers.domain}"
  app      = "ca-${local.short_name}"

  # Names of secrets are of a-z, 0-9 and dash; what people call their settings is not.
  settings = { for number, name in sort(nonsensitive(keys(var.settings))) : name => "setting-${number}" }
}

# Nothing of a container app has a memory, so what is off is not there, and comes back under the same name.
resource "azurerm_container_app" "this" {
  count = var.power == "on" ? 1 : 0

  name                         = local.app
  resource_group_name          = local.place.resource_group
  container_app_environment_id = local.place.containers.id
  workload_profile_name        = "Consumption"
  revision_mode                = "Single"
  tags                         = local.tags

  identity {
    type         = "UserAssigned"
    identity_ids = [local.place.identity.id]
  }

  dynamic "registry" {
    for_each = endswith(local.registry, ".azurecr.io") ? [local.registry] : []

    content {
      server   = registry.value
      identity = local.place.identity.id
    }
  }

  dynamic "secret" {
    for_each = local.settings

    content {
      name  = secret.value
      value = var.settings[secret.key]
    }
  }

  ingress {
    external_enabled           = var.publicAccess
    allow_insecure_connections = false
    target_port                = var.port
    transport                  = "auto"

    traffic_weight {
      latest_revision = true
      percentage      = 100
    }
  }

  template {
    min_replicas = var.minReplicas
    max_replicas = max(var.maxReplicas, var.minReplicas, 1)

    container {
      name    = "app"
      image   = var.image
      command = var.command
      cpu     = var.cpu
      memory  = "${var.cpu * 2}Gi"

      env {
        name  = "AZURE_CLIENT_ID" # which identity the client libraries take
        value = local.place.identity.client_id
      }

      dynamic "env" {
        for_each = local.settings

        content {
          name        = env.key
          secret_name = env.value
        }
      }
    }

    http_scale_rule {
      name                = "requests"
      concurrent_requests = "50"
    }
  }

  lifecycle {
    ignore_changes = [tags["lazuli-operation"]] # it names the operation that made the resource
  }
}
