output "reference" {
  description = "Where people read the newest version, each with a token of his own."
  value       = sandbox_secret.this.reference
}

output "honesty" {
  description = "real, or stand-in for something that only behaves alike."
  value       = sandbox_secret.this.honesty
}

output "implementation" {
  description = "What it is in truth, for people."
  value       = sandbox_secret.this.implementation
}
