# Made of the resource, not of the variables: whoever uses the name waits for the extension.
output "name" {
  description = "Name of the extension."
  value       = azurerm_virtual_machine_run_command.this.name
}

output "output" {
  description = "The end of what the script printed."
  value       = try(azurerm_virtual_machine_run_command.this.instance_view[0].output, "")
}

output "honesty" {
  description = "real: it is the thing itself."
  value       = "real"
}

output "implementation" {
  description = "What it is in truth, for people."
  value       = "run command in an Azure virtual machine"
}
