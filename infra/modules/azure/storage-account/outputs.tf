output "name" {
  description = "Name of the account."
  value       = azurerm_storage_account.this.name
}

output "url" {
  description = "Address of the account's blobs."
  value       = azurerm_storage_account.this.primary_blob_endpoint
}

output "containers" {
  description = "Names of the containers."
  value       = sort([for container in azurerm_storage_container.this : container.name])
}

output "honesty" {
  description = "real: it is the thing itself."
  value       = "real"
}

output "implementation" {
  description = "What it is in truth, for people."
  value       = "Azure Storage, ${var.sku}"
}
