output "value" {
  description = "What the vault holds."
  value       = data.sandbox_secret.this.value
  sensitive   = true
}
