# The vault is the installation's, for all environments: what stands before the name tells them apart, and the tags tell people.
resource "azurerm_key_vault_secret" "this" {
  name         = "${local.place.suffix}-${var.name}"
  key_vault_id = var.context.place.vault_id
  value        = var.value
  content_type = "text/plain"
  tags         = local.tags

  lifecycle {
    ignore_changes = [tags["lazuli-operation"]] # it names the operation that made the resource

    precondition {
      condition     = var.context.place.vault_id != null
      error_message = "This installation names no vault for secrets: set LAZULI_AZURE_VAULT_ID."
    }
  }
}
