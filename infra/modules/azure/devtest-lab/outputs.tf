# Made of the resources, not of the variables: a machine that names the lab waits for its network and its rules.
output "name" {
  description = "Name of the lab."
  value       = azurerm_dev_test_lab.this.name
  depends_on  = [azurerm_dev_test_virtual_network.this, azurerm_dev_test_policy.machines, azurerm_dev_test_policy.sizes]
}

output "address" {
  description = "Where it is in Azure's portal."
  value       = "https://portal.azure.com/#resource${azurerm_dev_test_lab.this.id}"
}

output "maxMachines" {
  description = "Machines at most."
  value       = tonumber(azurerm_dev_test_policy.machines.threshold)
}

output "honesty" {
  description = "real: it is the thing itself."
  value       = "real"
}

output "implementation" {
  description = "What it is in truth, for people."
  value       = "Azure DevTest Labs"
}
