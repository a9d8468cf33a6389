locals {
  app  = "ca-${local.short_name}"
  host = "${local.app}.${var.publicAccess ? "" : "internal."}${local.place.containers.domain}"
}

# Nothing of a workload has a memory, so what is off is not there, and comes back under the same name.
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
    for_each = local.registries

    content {
      server   = registry.value
      identity = local.place.identity.id
    }
  }

  dynamic "secret" {
    for_each = toset(concat(local.variables[*].secret, local.files[*].secret))

    content {
      name  = secret.value
      value = local.secrets[secret.value]
    }
  }

  dynamic "ingress" {
    for_each = length(local.ports) > 0 ? [local.port] : []

    content {
      external_enabled           = var.publicAccess
      allow_insecure_connections = false
      target_port                = ingress.value
      transport                  = "auto"

      traffic_weight {
        latest_revision = true
        percentage      = 100
      }
    }
  }

  template {
    min_replicas = length(local.ports) > 0 ? 0 : 1 # what nobody can ask would never be started
    max_replicas = var.maxReplicas

    dynamic "volume" {
      for_each = length(local.files) > 0 ? ["files"] : []

      content {
        name         = volume.value
        storage_type = "Secret"
      }
    }

    dynamic "container" {
      for_each = local.containers

      content {
        name    = container.key
        image   = container.value.image
        command = container.value.command
        args    = container.value.args
        cpu     = container.value.cpu
        memory  = "${container.value.cpu * 2}Gi"

        env {
          name  = "AZURE_CLIENT_ID" # which identity the client libraries take
          value = local.place.identity.client_id
        }

        dynamic "env" {
          for_each = container.value.variables

          content {
            name        = env.value.name
            secret_name = env.value.secret
          }
        }

        dynamic "volume_mounts" {
          for_each = container.value.files

          content {
            name     = "files"
            path     = volume_mounts.value.path
            sub_path = volume_mounts.value.secret
          }
        }

        dynamic "liveness_probe" {
          for_each = [for kind, probe in container.value.probes : probe if kind == "livenessProbe"]

          content {
            transport = liveness_probe.value.kind
            port      = liveness_probe.value.port
            path      = liveness_probe.value.path
          }
        }

        dynamic "readiness_probe" {
          for_each = [for kind, probe in container.value.probes : probe if kind == "readinessProbe"]

          content {
            transport = readiness_probe.value.kind
            port      = readiness_probe.value.port
            path      = readiness_probe.value.path
          }
        }
      }
    }

    dynamic "http_scale_rule" {
      for_each = length(local.ports) > 0 ? ["50"] : []

      content {
        name                = "requests"
        concurrent_requests = http_scale_rule.value
      }
    }
  }

  lifecycle {
    ignore_changes = [tags["lazuli-operation"]] # it names the operation that made the resource

    precondition {
      condition     = sum(values(local.cpu)) <= 4
      error_message = "A replica has at most 4 cores and 8 GiB, and ${sum(values(local.cpu))} cores are asked for: ask for less, or for the class aks."
    }
    precondition {
      condition     = length(local.other_probes) == 0
      error_message = "Container Apps asks by HTTP whether a container is well: give ${join(", ", local.other_probes)} a probe httpGet, or none."
    }
  }
}
