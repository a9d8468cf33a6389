# The portal is files. Static Web Apps, unlike a storage account's static site, send the headers that keep foreign scripts out.
resource "azurerm_static_web_app" "this" {
  name                = "stapp-${local.base}"
  resource_group_name = azurerm_resource_group.this.name
  location            = var.portal.location
  tags                = local.tags

  sku_tier                           = var.portal.sku
  sku_size                           = var.portal.sku
  preview_environments_enabled       = false
  configuration_file_changes_enabled = true
}

resource "azurerm_static_web_app_custom_domain" "this" {
  count = var.portal.host == null ? 0 : 1

  static_web_app_id = azurerm_static_web_app.this.id
  domain_name       = var.portal.host
  validation_type   = "cname-delegation"
}

locals {
  portal_origin = "https://${coalesce(var.portal.host, azurerm_static_web_app.this.default_host_name)}"

  # Beside the portal's files: what it reads at its start (portal/src/shared/config.ts), and what the site does (the like of
  # internal/local/portal.go).
  portal_files = {
    "portal-config.json" = jsonencode({
      issuer   = local.issuer
      clientId = var.entra.portal
      scope    = "openid profile offline_access api://${var.entra.api}/${var.entra.scope}"
      api      = "${local.public_url}/v1"
    })
    "staticwebapp.config.json" = jsonencode({
      navigationFallback = { rewrite = "/index.html", exclude = ["/assets/*", "/portal-config.json"] }
      routes = [
        { route = "/assets/*", headers = { "Cache-Control" = "public, max-age=31536000, immutable" } },
        { route = "/portal-config.json", headers = { "Cache-Control" = "no-store" } },
        { route = "/*", methods = ["GET", "HEAD"], headers = { "Cache-Control" = "no-cache" } },
      ]
      globalHeaders = {
        "Content-Security-Policy" = join("; ", [
          "default-src 'none'", "script-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data:", "font-src 'self'",
          "connect-src 'self' ${local.public_url} https://login.microsoftonline.com", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
        ])
        "X-Content-Type-Options"    = "nosniff"
        "Referrer-Policy"           = "same-origin"
        "Strict-Transport-Security" = "max-age=31536000"
      }
    })
  }
}
