# Made of the resource, not of the variables: whoever uses the name waits for the machine.
output "name" {
  description = "Name of the machine."
  value       = "${sandbox_machine.this.project}-${sandbox_machine.this.environment}-${sandbox_machine.this.name}"
}

output "address" {
  description = "Where the machine is: the folder that its processes live in."
  value       = sandbox_machine.this.path
}

output "power" {
  description = "on or off."
  value       = sandbox_machine.this.power
}

output "extensions" {
  description = "What the extensions printed, by name."
  value       = { for name, extension in sandbox_machine_extension.this : name => extension.output }
}

output "honesty" {
  description = "real, or stand-in for something that only behaves alike."
  value       = sandbox_machine.this.honesty
}

output "implementation" {
  description = "What it is in truth, for people."
  value       = sandbox_machine.this.implementation
}
