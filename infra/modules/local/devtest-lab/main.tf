resource "sandbox_lab" "this" {
  project     = var.context.project
  environment = var.context.environment
  name        = var.context.alias

  max_machines  = var.maxMachines
  allowed_sizes = var.allowedSizes
  shutdown_time = var.shutdownTime
  time_zone     = var.timeZone
}
