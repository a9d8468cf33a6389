output "name" {
  description = "Name of the machine."
  value       = "${var.context.project}-${var.context.environment}-${var.context.alias}"
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
