# A machine in a lab is made by the lab, which holds it to its policies. The lab's network is called as the lab is, and its subnet after it:
# nothing is looked up, because a plan for both knows neither.
locals {
  lab_network_id = local.in_lab ? "${join("/", slice(split("/", local.place.network_id), 0, 5))}/providers/Microsoft.DevTestLab/labs/${var.lab}/virtualNetworks/${var.lab}" : null
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

  lab_virtual_network_id     = local.lab_network_id
  lab_subnet_name            = "${var.lab}Subnet"
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

# The lab keeps the machine in a resource group of its own choice. Its name is taken from the id, which is known when there is a machine
# to find, and not before.
data "azurerm_resources" "lab_machine" {
  count = local.in_lab ? 1 : 0

  type = "Microsoft.Compute/virtualMachines"
  name = reverse(split("/", azurerm_dev_test_linux_virtual_machine.this[0].id))[0]

  lifecycle {
    postcondition {
      condition     = length(self.resources) == 1
      error_message = "The lab made a machine that cannot be found by its name ${local.name}, or there are several: whoever deploys needs the role Reader in the subscription."
    }
  }
}
