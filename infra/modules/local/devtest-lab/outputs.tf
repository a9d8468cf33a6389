# Made of the resource, not of the variables: whoever uses the name waits for the lab.
output "name" {
  description = "Name of the lab, which its machines give as their lab."
  value       = "${sandbox_lab.this.project}-${sandbox_lab.this.environment}-${sandbox_lab.this.name}"
}

output "address" {
  description = "A path that names the lab."
  value       = sandbox_lab.this.address
}

output "maxMachines" {
  description = "How many machines may be in the lab."
  value       = sandbox_lab.this.max_machines
}

output "honesty" {
  description = "real, or stand-in for something that only behaves alike."
  value       = sandbox_lab.this.honesty
}

output "implementation" {
  description = "What it is in truth, for people."
  value       = sandbox_lab.this.implementation
}
