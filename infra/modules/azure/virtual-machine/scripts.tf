# Who may sign in, in the machine as it is: a new key makes no new machine.
resource "azurerm_virtual_machine_extension" "key" {
  count = var.sshKey == null ? 0 : 1

  name                       = "key"
  virtual_machine_id         = local.machine_id
  publisher                  = "Microsoft.OSTCExtensions"
  type                       = "VMAccessForLinux"
  type_handler_version       = "1.5"
  auto_upgrade_minor_version = true
  tags                       = local.tags
  protected_settings         = jsonencode({ username = local.user, ssh_key = var.sshKey })

  lifecycle {
    ignore_changes = [tags["lazuli-operation"]]
  }

  depends_on = [terraform_data.on]
}

# People with the role Virtual Machine User Login sign in as themselves. A lab's machine has no identity for it.
resource "azurerm_virtual_machine_extension" "entra" {
  count = local.in_lab ? 0 : 1

  name                       = "entra"
  virtual_machine_id         = local.machine_id
  publisher                  = "Microsoft.Azure.ActiveDirectory"
  type                       = "AADSSHLoginForLinux"
  type_handler_version       = "1.0"
  auto_upgrade_minor_version = true
  tags                       = local.tags

  lifecycle {
    ignore_changes = [tags["lazuli-operation"]]
  }

  depends_on = [terraform_data.on, azurerm_virtual_machine_extension.key]
}

# Laid where the machine looks at every power-on, and run now: the first power-on has passed.
resource "azurerm_virtual_machine_run_command" "startup" {
  count = var.startupScript == null ? 0 : 1

  name               = "startup"
  location           = local.place.location
  virtual_machine_id = local.machine_id
  tags               = local.tags

  source {
    script = <<-SH
      set -eu
      umask 077
      mkdir -p /var/lib/cloud/scripts/per-boot
      echo '${base64encode(var.startupScript)}' | base64 -d > /var/lib/cloud/scripts/per-boot/startup
      chmod 700 /var/lib/cloud/scripts/per-boot/startup
      /var/lib/cloud/scripts/per-boot/startup
    SH
  }

  lifecycle {
    ignore_changes = [tags["lazuli-operation"]]
  }

  depends_on = [terraform_data.on]
}

# Azure has one extension CustomScript for a machine, which says nothing of what it printed. Run commands are as many as one likes.
resource "azurerm_virtual_machine_run_command" "extension" {
  for_each = { for extension in var.extensions : extension.name => extension }

  name               = each.key
  location           = local.place.location
  virtual_machine_id = local.machine_id
  tags               = local.tags

  source {
    script = each.value.script
  }

  lifecycle {
    ignore_changes       = [tags["lazuli-operation"]]
    replace_triggered_by = [terraform_data.revision[each.key]]
  }

  depends_on = [terraform_data.on, azurerm_virtual_machine_run_command.startup]
}

resource "terraform_data" "revision" {
  for_each = { for extension in var.extensions : extension.name => coalesce(extension.revision, "-") }

  triggers_replace = each.value
}
