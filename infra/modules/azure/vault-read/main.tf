locals {
  parts = split("/", var.reference)
  vault = reverse(split("/", coalesce(var.context.place.vault_id, "none")))[0]
}

# Only the installation's vault is asked, whatever the address says.
data "azurerm_key_vault_secret" "this" {
  name         = local.parts[4]
  version      = local.parts[5]
  key_vault_id = var.context.place.vault_id

  lifecycle {
    precondition {
      condition     = lower(local.vault) == split(".", local.parts[2])[0]
      error_message = "The secret is in another vault than this installation's: set the value again."
    }
    # Lazuli writes the owner beside each value: a reference that came from elsewhere opens nothing.
    postcondition {
      condition     = try(self.tags["project"], "") == var.context.project && contains(["", var.context.environment], try(self.tags["environment"], ""))
      error_message = "The secret belongs to another project or environment."
    }
  }
}
