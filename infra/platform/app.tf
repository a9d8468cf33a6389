resource "azurerm_service_plan" "this" {
  name                = "plan-${local.base}"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  tags                = local.tags

  os_type                = "Linux"
  sku_name               = "FC1"
  zone_balancing_enabled = var.app.zones
}

resource "azurerm_function_app_flex_consumption" "this" {
  name                = "func-${local.base}-${local.suffix}"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  service_plan_id     = azurerm_service_plan.this.id
  tags                = local.tags

  runtime_name    = "custom"
  runtime_version = "1.0"

  storage_container_type            = "blobContainer"
  storage_container_endpoint        = "${azurerm_storage_account.this["host"].primary_blob_endpoint}${azurerm_storage_container.this["packages"].name}"
  storage_authentication_type       = "UserAssignedIdentity"
  storage_user_assigned_identity_id = azurerm_user_assigned_identity.this["app"].id

  instance_memory_in_mb  = var.app.memory_mb
  maximum_instance_count = var.app.maximum_instances

  https_only                                     = true
  public_network_access_enabled                  = !local.private
  virtual_network_subnet_id                      = local.private ? azurerm_subnet.this["functions"].id : null
  webdeploy_publish_basic_authentication_enabled = false

  app_settings = merge(local.handler_settings, local.host_settings)

  identity {
    type         = "SystemAssigned, UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.this["app"].id]
  }

  site_config {
    minimum_tls_version                    = "1.2"
    scm_minimum_tls_version                = "1.2"
    http2_enabled                          = true
    application_insights_connection_string = azurerm_application_insights.this.connection_string
    vnet_route_all_enabled                 = local.private
  }

  dynamic "always_ready" {
    for_each = var.app.always_ready

    content {
      name           = always_ready.key
      instance_count = always_ready.value
    }
  }

  # App Service turns away whoever is not the gateway. The handler looks for itself all the same (handler/gateway.go).
  auth_settings_v2 {
    auth_enabled           = true
    require_authentication = true
    require_https          = true
    unauthenticated_action = "Return401"
    default_provider       = "azureactivedirectory"

    active_directory_v2 {
      client_id            = var.entra.functions
      tenant_auth_endpoint = local.issuer
      allowed_audiences    = [var.entra.functions]
      allowed_applications = [azurerm_user_assigned_identity.this["gateway"].client_id]
      allowed_identities   = [azurerm_user_assigned_identity.this["gateway"].principal_id]
    }

    login {
      token_store_enabled = false
    }
  }

  lifecycle {
    precondition {
      condition     = !local.private || startswith(var.gateway.sku, "StandardV2") || startswith(var.gateway.sku, "PremiumV2")
      error_message = "With private networking API Management must reach into the network: StandardV2 or PremiumV2."
    }
  }

  depends_on = [azurerm_role_assignment.this] # it looks for its package at once
}
