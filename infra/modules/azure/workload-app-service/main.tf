locals {
  # Variables alone are secret: what a container is and how it is run may be read in a plan.
  names     = sort(nonsensitive(keys(var.containers)))
  container = var.containers[local.names[0]]
  image     = nonsensitive(local.container.image)
  variables = { for name, value in try(local.container.variables, {}) : name => value }
  probe     = nonsensitive(try(local.container.livenessProbe.httpGet.path, null))
  files     = nonsensitive(length(try(local.container.files, {})))

  # The first part of an image is a host when it looks like one: acme/shop:1 is of Docker Hub, acme.azurecr.io/shop:1 is not.
  first_part = split("/", local.image)[0]
  has_host   = strcontains(local.image, "/") && can(regex("[.:]|^localhost$", local.first_part))
  registry   = local.has_host ? local.first_part : "index.docker.io"
  repository = local.has_host ? trimprefix(local.image, "${local.first_part}/") : local.image

  # Programs and arguments reach the shell as they were typed.
  words   = nonsensitive(concat(try(local.container.command, []), try(local.container.args, [])))
  command = join(" ", [for word in local.words : "'${replace(word, "'", "'\\''")}'"])

  ports = [for name in sort(keys(try(var.service.ports, {}))) : try(var.service.ports[name].targetPort, var.service.ports[name].port)]
  port  = length(local.ports) > 0 ? local.ports[0] : 80
}

resource "azurerm_service_plan" "this" {
  name                = "plan-${local.name}"
  resource_group_name = local.place.resource_group
  location            = local.place.location
  tags                = local.tags

  os_type  = "Linux"
  sku_name = var.planSku

  lifecycle {
    ignore_changes = [tags["lazuli-operation"]] # it names the operation that made the resource
  }
}

resource "azurerm_linux_web_app" "this" {
  name                = "app-${local.name}"
  resource_group_name = local.place.resource_group
  location            = local.place.location
  service_plan_id     = azurerm_service_plan.this.id
  tags                = local.tags

  enabled                         = var.power == "on"
  https_only                      = true
  public_network_access_enabled   = var.publicAccess
  virtual_network_subnet_id       = local.place.subnets["apps"] # from there it reaches what is kept in the environment
  key_vault_reference_identity_id = local.place.identity.id

  ftp_publish_basic_authentication_enabled       = false
  webdeploy_publish_basic_authentication_enabled = false

  app_settings = merge(local.variables, {
    AZURE_CLIENT_ID                     = local.place.identity.client_id # which identity the client libraries take
    WEBSITES_PORT                       = tostring(local.port)
    WEBSITES_ENABLE_APP_SERVICE_STORAGE = "false"
  })

  identity {
    type         = "UserAssigned"
    identity_ids = [local.place.identity.id]
  }

  site_config {
    always_on                         = true
    app_command_line                  = local.command
    ftps_state                        = "Disabled"
    http2_enabled                     = true
    minimum_tls_version               = "1.2"
    scm_minimum_tls_version           = "1.2"
    remote_debugging_enabled          = false
    vnet_route_all_enabled            = true
    ip_restriction_default_action     = "Allow"
    scm_ip_restriction_default_action = "Deny"
    health_check_path                 = local.probe
    health_check_eviction_time_in_min = local.probe == null ? null : 5

    # A registry of Azure is asked with the environment's identity; others must give the image to everybody.
    container_registry_use_managed_identity       = endswith(local.registry, ".azurecr.io")
    container_registry_managed_identity_client_id = endswith(local.registry, ".azurecr.io") ? local.place.identity.client_id : null

    application_stack {
      docker_image_name   = local.repository
      docker_registry_url = "https://${local.registry}"
    }
  }

  lifecycle {
    ignore_changes = [tags["lazuli-operation"]]

    precondition {
      condition     = length(local.names) == 1
      error_message = "App Service runs one container, and there are ${length(local.names)}: ask for the class container-app."
    }
    precondition {
      condition     = local.files == 0
      error_message = "App Service puts no files into a container: use variables, or ask for the class container-app."
    }
  }
}

resource "azurerm_private_endpoint" "this" {
  count = var.publicAccess ? 0 : 1

  name                = "pe-${azurerm_linux_web_app.this.name}"
  resource_group_name = local.place.resource_group
  location            = local.place.location
  subnet_id           = local.place.subnets["endpoints"]
  tags                = local.tags

  private_service_connection {
    name                           = "sites"
    private_connection_resource_id = azurerm_linux_web_app.this.id
    subresource_names              = ["sites"]
    is_manual_connection           = false
  }

  private_dns_zone_group {
    name                 = "sites"
    private_dns_zone_ids = [local.place.zones["workload-app-service"]]
  }

  lifecycle {
    ignore_changes = [tags["lazuli-operation"]]
  }
}

resource "azurerm_monitor_diagnostic_setting" "this" {
  name                       = "lazuli"
  target_resource_id         = azurerm_linux_web_app.this.id
  log_analytics_workspace_id = local.place.workspace_id

  enabled_log {
    category_group = "allLogs"
  }

  enabled_metric {
    category = "AllMetrics"
  }
}
