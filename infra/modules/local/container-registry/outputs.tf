output "name" {
  description = "Name of the registry."
  value       = "${sandbox_storage.this.project}-${sandbox_storage.this.environment}-${sandbox_storage.this.name}"
}

output "loginServer" {
  description = "Where images are pushed to; here a folder."
  value       = sandbox_storage.this.url
}

output "honesty" {
  description = "Always a stand-in: nothing can be pushed to a folder."
  value       = "stand-in"
}

output "implementation" {
  description = "What it is in truth, for people."
  value       = "a folder in place of a registry; images cannot be pushed to it"
}
