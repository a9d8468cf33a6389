output "deploy" {
  description = "What make deploy needs: where the package and the portal go, and where to look whether they run."
  value = {
    subscription   = var.subscription_id
    resource_group = azurerm_resource_group.this.name
    function_app   = azurerm_function_app_flex_consumption.this.name
    portal_app     = azurerm_static_web_app.this.name
    health         = "${local.public_url}/v1/health"
    packages       = "${azurerm_storage_account.this["host"].primary_blob_endpoint}${azurerm_storage_container.this["packages"].name}"
  }
}

output "portal_files" {
  description = "Files that stand beside the portal's own: name => content."
  value       = local.portal_files
}

output "urls" {
  description = "Where people and programs go."
  value       = { api = "${local.public_url}/v1", portal = local.portal_origin }
}

output "entra" {
  description = "What infra/scripts/entra.sh gives app roles to: object ids of the gateway's and the app's identity."
  value       = { for name, identity in azurerm_user_assigned_identity.this : name => identity.principal_id }
}

output "devops" {
  description = "What lazuli setup azure-devops needs: the variable group's content, the client id of the identity to add to the organisation, and the queue for service hooks with the policy whose key they take."
  value = {
    variables = { LAZULI_URL = local.public_url, LAZULI_AUDIENCE = var.entra.api }
    app       = azurerm_user_assigned_identity.this["app"].client_id
    hooks     = local.hooks ? { namespace = azurerm_servicebus_namespace.this.name, queue = "hooks", policy = azurerm_servicebus_queue_authorization_rule.hooks[0].name } : null
  }
}
