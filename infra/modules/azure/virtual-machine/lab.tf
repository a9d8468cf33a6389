# A machine in a lab is made by the lab, which holds it to its policies. Its network is called as the lab is.
data "azurerm_dev_test_virtual_network" "lab" {
  count = local.in_lab ? 1 : 0

  name                = var.lab
  lab_name            = var.lab
  resource_group_name = local.place.resource_group
}

resource "azurerm_dev_test_linux_virtual_machine" "this" {
  count = local.in_lab ? 1 : 0

  name                = "vm-${local.name}"
  lab_name            = var.lab
  resource_group_name = local.place.resource_group
  location            = local.place.location
  size                = var.vmSize
  storage_type        = "Standard"
  tags                = local.tags

  username = local.user
  ssh_key  = var.sshKey
  password = var.sshKey == null ? terraform_data.password.output : null

  lab_virtual_network_id     = data.azurerm_dev_test_virtual_network.lab[0].id
  lab_subnet_name            = data.azurerm_dev_test_virtual_network.lab[0].allowed_subnets[0].lab_subnet_name
  disallow_public_ip_address = true
  allow_claim                = false

  gallery_image_reference {
    publisher = local.image.publisher
    offer     = local.image.offer
    sku       = local.image.sku
    version   = "latest"
  }

  lifecycle {
    ignore_changes = [tags["lazuli-operation"], ssh_key, password]

    precondition {
      condition     = var.offers == null || var.offers == var.size
      error_message = "This definition makes machines of the size ${coalesce(var.offers, "?")}, and ${var.size} is asked for: ask for the class ${var.size}."
    }
  }
}

# The lab keeps the machine in a resource group of its own choice.
data "azurerm_resources" "lab_machine" {
  count = local.in_lab ? 1 : 0

  type = "Microsoft.Compute/virtualMachines"
  name = azurerm_dev_test_linux_virtual_machine.this[0].name

  lifecycle {
    postcondition {
      condition     = length(self.resources) == 1
      error_message = "The lab made a machine that cannot be found by its name ${local.name}, or there are several: whoever deploys needs the role Reader in the subscription."
    }
  }

  depends_on = [azurerm_dev_test_linux_virtual_machine.this]
}
