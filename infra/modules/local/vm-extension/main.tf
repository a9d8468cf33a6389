resource "sandbox_vm_extension" "this" {
  project     = var.context.project
  environment = var.context.environment
  name        = var.context.alias

  machine_name = var.machine
  script       = var.script
  revision     = var.revision
}
