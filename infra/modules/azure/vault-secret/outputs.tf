output "reference" {
  description = "Where people read this version, each with a token of his own."
  value       = azurerm_key_vault_secret.this.id
}
