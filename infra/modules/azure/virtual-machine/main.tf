locals {
  images = {
    Ubuntu2404 = { publisher = "Canonical", offer = "ubuntu-24_04-lts", sku = "server" }
    Debian12   = { publisher = "Debian", offer = "debian-12", sku = "12-gen2" }
  }
  image  = local.images[var.image]
  in_lab = var.lab != null
  user   = "azureuser"

  # The machine itself, whether a lab made it or we did.
  machine_id = local.in_lab ? data.azurerm_resources.lab_machine[0].resources[0].id : azurerm_linux_virtual_machine.this[0].id
}

# Azure wants a password where there is no key. Nobody knows this one: 122 random bits, made once.
resource "terraform_data" "password" {
  input = sensitive("Aa1-${uuid()}")

  lifecycle {
    ignore_changes = [input]
  }
}

resource "azurerm_network_interface" "this" {
  count = local.in_lab ? 0 : 1

  name                = "nic-${local.name}"
  resource_group_name = local.place.resource_group
  location            = local.place.location
  tags                = local.tags

  ip_configuration { # no public address
    name                          = "private"
    subnet_id                     = local.place.subnets["machines"]
    private_ip_address_allocation = "Dynamic"
  }

  lifecycle {
    ignore_changes = [tags["lazuli-operation"]] # it names the operation that made the resource
  }
}

resource "azurerm_linux_virtual_machine" "this" {
  count = local.in_lab ? 0 : 1

  name                  = "vm-${local.name}"
  resource_group_name   = local.place.resource_group
  location              = local.place.location
  size                  = var.vmSize
  network_interface_ids = [azurerm_network_interface.this[0].id]
  tags                  = local.tags

  admin_username                  = local.user
  admin_password                  = var.sshKey == null ? terraform_data.password.output : null
  disable_password_authentication = var.sshKey != null

  dynamic "admin_ssh_key" {
    for_each = var.sshKey == null ? [] : [var.sshKey]

    content {
      username   = local.user
      public_key = admin_ssh_key.value
    }
  }

  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "StandardSSD_LRS"
    disk_size_gb         = var.osDiskGb
  }

  source_image_reference {
    publisher = local.image.publisher
    offer     = local.image.offer
    sku       = local.image.sku
    version   = "latest"
  }

  identity {
    type         = "SystemAssigned, UserAssigned" # Entra ID sign-in wants one of its own
    identity_ids = [local.place.identity.id]
  }

  boot_diagnostics {}

  secure_boot_enabled   = true
  vtpm_enabled          = true
  patch_assessment_mode = "AutomaticByPlatform"

  lifecycle {
    # Another key would make another machine, with another disk: keys.tf puts it into this one.
    ignore_changes = [tags["lazuli-operation"], admin_ssh_key, admin_password, disable_password_authentication]

    precondition {
      condition     = var.offers == null || var.offers == var.size
      error_message = "This definition makes machines of the size ${coalesce(var.offers, "?")}, and ${var.size} is asked for: ask for the class ${var.size}."
    }
  }
}

resource "azurerm_monitor_diagnostic_setting" "this" {
  name                       = "lazuli"
  target_resource_id         = local.machine_id
  log_analytics_workspace_id = local.place.workspace_id

  enabled_metric {
    category = "AllMetrics"
  }
}
