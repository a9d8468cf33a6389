locals {
  tier = startswith(var.gateway.sku, "Consumption") ? "consumption" : strcontains(var.gateway.sku, "V2") ? "v2" : "classic"

  # What policies call {{name}}. There is no secret among them.
  named_values = {
    identity-issuer   = local.issuer
    identity-audience = var.entra.api
    gateway-audience  = var.entra.functions
    gateway-client-id = azurerm_user_assigned_identity.this["gateway"].client_id
    portal-origin     = local.portal_origin
  }
}

resource "azurerm_api_management" "this" {
  name                = "apim-${local.base}-${local.suffix}"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  tags                = local.tags

  sku_name                      = var.gateway.sku
  publisher_name                = var.gateway.publisher_name
  publisher_email               = var.gateway.publisher_email
  min_api_version               = "2021-08-01" # older ones show secrets to readers
  public_network_access_enabled = true
  virtual_network_type          = local.private ? "External" : "None"

  dynamic "virtual_network_configuration" {
    for_each = local.private ? [azurerm_subnet.this["gateway"].id] : []

    content {
      subnet_id = virtual_network_configuration.value
    }
  }

  identity {
    type         = "UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.this["gateway"].id]
  }

  security {
    backend_ssl30_enabled  = false
    backend_tls10_enabled  = false
    backend_tls11_enabled  = false
    frontend_ssl30_enabled = false
    frontend_tls10_enabled = false
    frontend_tls11_enabled = false
  }
}

resource "azurerm_api_management_named_value" "this" {
  for_each = local.named_values

  name                = each.key
  display_name        = each.key
  value               = each.value
  resource_group_name = azurerm_resource_group.this.name
  api_management_name = azurerm_api_management.this.name
}

resource "azurerm_api_management_backend" "this" {
  name                = "lazuli-handler"
  description         = "The handler, behind the Functions host"
  resource_group_name = azurerm_resource_group.this.name
  api_management_name = azurerm_api_management.this.name
  protocol            = "http"
  url                 = "https://${azurerm_function_app_flex_consumption.this.default_hostname}/v1"

  tls {
    validate_certificate_chain = true
    validate_certificate_name  = true
  }

  # A handler that is down gets rest; who asks meanwhile hears 503 at once. The Consumption tier has no breaker.
  dynamic "circuit_breaker_rule" {
    for_each = local.tier == "consumption" ? [] : ["rule"]

    content {
      name                       = "handler-does-not-answer"
      trip_duration              = "PT30S"
      accept_retry_after_enabled = false # our 503 says that Azure DevOps or a vault is away, which concerns one request

      failure_condition {
        count             = 20
        interval_duration = "PT30S"

        status_code_range { # 500 and 503 are the handler's own answers: it is there
          min = 502
          max = 502
        }
        status_code_range {
          min = 504
          max = 504
        }

        error_reasons = ["BackendConnectionFailure", "Timeout"]
      }
    }
  }
}

resource "azurerm_api_management_logger" "this" {
  name                = "application-insights"
  resource_group_name = azurerm_resource_group.this.name
  api_management_name = azurerm_api_management.this.name
  resource_id         = azurerm_application_insights.this.id

  application_insights {
    connection_string  = azurerm_application_insights.this.connection_string
    identity_client_id = azurerm_user_assigned_identity.this["gateway"].client_id
  }

  depends_on = [azurerm_role_assignment.this]
}

# One trace goes through: traceparent in, traceparent out. No body and no header but the request's id is recorded.
resource "azurerm_api_management_api_diagnostic" "this" {
  identifier               = "applicationinsights"
  resource_group_name      = azurerm_resource_group.this.name
  api_management_name      = azurerm_api_management.this.name
  api_name                 = azurerm_api_management_api.this.name
  api_management_logger_id = azurerm_api_management_logger.this.id

  sampling_percentage       = var.logs.gateway_sampling
  always_log_errors         = true
  log_client_ip             = false
  verbosity                 = "information"
  http_correlation_protocol = "W3C"
  operation_name_format     = "Name"

  frontend_request {
    body_bytes     = 0
    headers_to_log = []
  }

  frontend_response {
    body_bytes     = 0
    headers_to_log = ["X-Ms-Request-Id"]
  }

  backend_request {
    body_bytes     = 0
    headers_to_log = []
  }

  backend_response {
    body_bytes     = 0
    headers_to_log = []
  }
}
