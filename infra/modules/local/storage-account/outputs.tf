output "name" {
  description = "Name of the account."
  value       = "${sandbox_storage.this.project}-${sandbox_storage.this.environment}-${sandbox_storage.this.name}"
}

output "url" {
  description = "Address of the account: a file:// URL of its folder."
  value       = sandbox_storage.this.url
}

output "containers" {
  description = "Names of the containers."
  value       = sort(var.containers)
}

output "honesty" {
  description = "real, or stand-in for something that only behaves alike."
  value       = sandbox_storage.this.honesty
}

output "implementation" {
  description = "What it is in truth, for people."
  value       = sandbox_storage.this.implementation
}
