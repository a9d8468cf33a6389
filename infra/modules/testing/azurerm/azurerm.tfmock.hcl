# What Azure would answer, where what it is matters: ids that other resources take, and addresses that are outputs.

mock_resource "azurerm_storage_account" {
  defaults = {
    id                    = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/mocked"
    primary_blob_endpoint = "https://mocked.blob.core.windows.net/"
  }
}
