# Made of the resource, not of the variables: whoever uses the name waits for the extension.
output "name" {
  description = "Name of the extension."
  value       = "${sandbox_vm_extension.this.project}-${sandbox_vm_extension.this.environment}-${sandbox_vm_extension.this.name}"
}

output "output" {
  description = "The end of what the script printed."
  value       = sandbox_vm_extension.this.output
}

output "honesty" {
  description = "real, or stand-in for something that only behaves alike."
  value       = sandbox_vm_extension.this.honesty
}

output "implementation" {
  description = "What it is in truth, for people."
  value       = sandbox_vm_extension.this.implementation
}
