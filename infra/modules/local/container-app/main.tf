resource "sandbox_site" "this" {
  project     = var.context.project
  environment = var.context.environment
  name        = var.context.alias

  runtime  = var.command == null ? "static" : "process"
  command  = var.command
  settings = var.settings
  power    = var.power
  revision = var.image # another image deploys again
}
