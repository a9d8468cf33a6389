output "value" {
  description = "What the vault holds."
  value       = data.azurerm_key_vault_secret.this.value
  sensitive   = true
}
