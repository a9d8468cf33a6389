# Made of the id, which is known when there is a machine: whoever looks for it by the name does so then, and not in the plan that makes it.
output "name" {
  description = "Name of the machine."
  value       = reverse(split("/", local.in_lab ? azurerm_dev_test_linux_virtual_machine.this[0].id : azurerm_linux_virtual_machine.this[0].id))[0]
  depends_on  = [terraform_data.on]
}

output "address" {
  description = "Where it is: an address within the environment's network, or in a lab a name."
  value       = local.in_lab ? azurerm_dev_test_linux_virtual_machine.this[0].fqdn : azurerm_network_interface.this[0].private_ip_address
}

output "power" {
  description = "on or off."
  value       = var.power
}

output "extensions" {
  description = "The end of what the extensions printed, by name."
  value       = { for name, command in azurerm_virtual_machine_run_command.extension : name => try(command.instance_view[0].output, "") }
}

output "honesty" {
  description = "real: it is the thing itself."
  value       = "real"
}

output "implementation" {
  description = "What it is in truth, for people."
  value       = "Azure virtual machine ${var.vmSize}, ${var.image}${local.in_lab ? ", in the lab ${var.lab}" : ""}"
}
