output "name" {
  description = "Name of the vault."
  value       = sandbox_vault.this.vault
}

output "uri" {
  description = "What programs give to Key Vault's client libraries."
  value       = sandbox_vault.this.uri
}

output "honesty" {
  description = "real, or stand-in for something that only behaves alike."
  value       = sandbox_vault.this.honesty
}

output "implementation" {
  description = "What it is in truth, for people."
  value       = sandbox_vault.this.implementation
}
