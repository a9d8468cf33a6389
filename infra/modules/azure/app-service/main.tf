locals {
  # Programs and arguments reach the shell as they were typed.
  command = join(" ", [for part in coalesce(var.command, []) : "'${replace(part, "'", "'\\''")}'"])

  # Small files come along as a setting and are laid out before anything starts.
  unpack = "node -e 'for (const [name, text] of Object.entries(JSON.parse(Buffer.from(process.env.APP_FILES, \"base64\")))) { const to = require(\"path\").join(\"/tmp/app\", require(\"path\").join(\"/\", name)); require(\"fs\").mkdirSync(require(\"path\").dirname(to), {recursive: true}); require(\"fs\").writeFileSync(to, text); }'"
  serve  = "node -e 'eval(Buffer.from(process.env.APP_SERVER, \"base64\").toString())'"

  from_files = var.files != null
  folder     = local.from_files ? "/tmp/app" : var.archive != null ? "/home/site/wwwroot" : ""
  start      = var.runtime == "process" ? "cd ${local.folder == "" ? "/tmp" : local.folder} && exec ${local.command}" : local.serve
  startup    = local.from_files ? "${local.unpack} && ${local.start}" : local.start
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
  webdeploy_publish_basic_authentication_enabled = var.archive != null # azurerm deploys archives with it and no other way
  zip_deploy_file                                = var.archive

  app_settings = merge(var.settings, {
    AZURE_CLIENT_ID = local.place.identity.client_id # which identity the client libraries take
    APP_REVISION    = coalesce(var.revision, "1")
    }, var.runtime == "static" ? {
    APP_FOLDER = local.folder
    APP_SERVER = base64encode(file("${path.module}/page.js.tftpl"))
    } : {}, local.from_files ? {
    APP_FILES = base64encode(jsonencode(var.files))
    } : {}, var.archive != null ? {
    WEBSITE_RUN_FROM_PACKAGE = "1"
  } : {})

  identity {
    type         = "UserAssigned"
    identity_ids = [local.place.identity.id]
  }

  site_config {
    always_on                         = var.alwaysOn
    app_command_line                  = local.startup
    ftps_state                        = "Disabled"
    http2_enabled                     = true
    minimum_tls_version               = "1.2"
    scm_minimum_tls_version           = "1.2"
    remote_debugging_enabled          = false
    vnet_route_all_enabled            = true
    ip_restriction_default_action     = "Allow"
    scm_ip_restriction_default_action = var.archive != null ? "Allow" : "Deny"

    application_stack {
      node_version = var.nodeVersion
    }
  }

  logs {
    http_logs {
      file_system {
        retention_in_days = 7
        retention_in_mb   = 35
      }
    }
  }

  lifecycle {
    ignore_changes = [tags["lazuli-operation"]]

    precondition {
      condition     = var.runtime != "process" || length(coalesce(var.command, [])) > 0
      error_message = "The runtime process needs a command."
    }
    precondition {
      condition     = !(local.from_files && var.archive != null)
      error_message = "The app has either files or an archive."
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
    private_dns_zone_ids = [local.place.zones["app-service"]]
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
