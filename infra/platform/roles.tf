# Every right, and the call that needs it. What is not here, nobody of the installation can do.

locals {
  app     = azurerm_user_assigned_identity.this["app"].principal_id
  gateway = azurerm_user_assigned_identity.this["gateway"].principal_id

  functions = "${path.module}/../../functions"
  # Receivers are what functions are triggered by, as their bindings say.
  bindings = flatten([for file in fileset(local.functions, "*/function.json") : jsondecode(file("${local.functions}/${file}")).bindings])
  triggers = [for binding in local.bindings : binding if binding.type == "serviceBusTrigger"]
  receives = merge(
    { for trigger in local.triggers : trigger.queueName => local.queue_ids[trigger.queueName] if can(trigger.queueName) },
    { for trigger in local.triggers : "${trigger.topicName}/${trigger.subscriptionName}" => azurerm_servicebus_subscription.this["${trigger.topicName}/${trigger.subscriptionName}"].id if can(trigger.topicName) },
  )
  # Senders are the destinations of platform.Message.
  sends = {
    operations = local.queue_ids["operations"]
    runs       = local.queue_ids["runs"]
    deliveries = local.queue_ids["deliveries"]
    events     = azurerm_servicebus_topic.this["events"].id
  }

  roles = {
    # tablestore: makes its tables at start, reads and writes rows.
    tables = { scope = azurerm_storage_account.this["tables"].id, role = "Storage Table Data Contributor", to = local.app }
    # Functions host: leases of timers and its id; and the platform reads the package from the container.
    host = { scope = azurerm_storage_account.this["host"].id, role = "Storage Blob Data Owner", to = local.app }
    # keyvault.Put: writes secret values. Nothing of Lazuli reads one.
    values = { scope = azurerm_key_vault.this["values"].id, role = "Key Vault Secrets Officer", to = local.app }
    # Functions host and handler: send telemetry without a key.
    telemetry = { scope = azurerm_application_insights.this.id, role = "Monitoring Metrics Publisher", to = local.app }
    # The gateway's logger: likewise. It has no other right in Azure; what it may do to the handler is an app role (infra/scripts/entra.sh).
    gateway = { scope = azurerm_application_insights.this.id, role = "Monitoring Metrics Publisher", to = local.gateway }
  }
}

resource "azurerm_role_assignment" "this" {
  for_each = local.roles

  scope                = each.value.scope
  role_definition_name = each.value.role
  principal_id         = each.value.to
  principal_type       = "ServicePrincipal"
}

# App Service: puts the signing key into the app's settings. With the app's other identity, so that the handler has no token for it.
resource "azurerm_role_assignment" "signing_key" {
  scope                = azurerm_key_vault_secret.signing_key.resource_versionless_id
  role_definition_name = "Key Vault Secrets User"
  principal_id         = azurerm_function_app_flex_consumption.this.identity[0].principal_id
  principal_type       = "ServicePrincipal"
}

# Service Bus triggers of the Functions host. Scaling by the exact length of a queue would take Data Owner; without it the scaler peeks.
resource "azurerm_role_assignment" "receives" {
  for_each = local.receives

  scope                = each.value
  role_definition_name = "Azure Service Bus Data Receiver"
  principal_id         = local.app
  principal_type       = "ServicePrincipal"
}

# servicebus.Messenger.
resource "azurerm_role_assignment" "sends" {
  for_each = local.sends

  scope                = each.value
  role_definition_name = "Azure Service Bus Data Sender"
  principal_id         = local.app
  principal_type       = "ServicePrincipal"
}

# Pipeline runs: keep and lock the states of environments.
resource "azurerm_role_assignment" "states" {
  for_each = var.entra.pipelines

  scope                = azurerm_storage_container.this["environments"].id
  role_definition_name = "Storage Blob Data Contributor"
  principal_id         = each.value
  principal_type       = "ServicePrincipal"
}

# Pipeline runs: read the secret values that environments use, and write secret outputs.
resource "azurerm_role_assignment" "secrets" {
  for_each = var.entra.pipelines

  scope                = azurerm_key_vault.this["values"].id
  role_definition_name = "Key Vault Secrets Officer"
  principal_id         = each.value
  principal_type       = "ServicePrincipal"
}

# Whoever applies this: writes the signing key, once.
resource "azurerm_role_assignment" "deployer" {
  scope                = azurerm_key_vault.this["platform"].id
  role_definition_name = "Key Vault Secrets Officer"
  principal_id         = data.azurerm_client_config.current.object_id
}
