resource "sandbox_machine" "this" {
  project     = var.context.project
  environment = var.context.environment
  name        = var.context.alias

  startup_script = var.startupScript
  ssh_key        = var.sshKey
  power          = var.power
  size           = var.size
  lab            = var.lab
}

# A machine that is off cannot run anything, so its extensions wait for it to be on.
resource "sandbox_machine_extension" "this" {
  for_each = var.power == "on" ? { for extension in var.extensions : extension.name => extension } : {}

  project     = sandbox_machine.this.project
  environment = sandbox_machine.this.environment
  machine     = sandbox_machine.this.name

  name     = each.key
  script   = each.value.script
  revision = each.value.revision
}
