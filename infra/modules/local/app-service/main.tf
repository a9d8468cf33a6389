resource "sandbox_site" "this" {
  project     = var.context.project
  environment = var.context.environment
  name        = var.context.alias

  runtime  = var.runtime
  folder   = var.folder
  archive  = var.archive
  files    = var.files
  command  = var.command
  settings = var.settings
  power    = var.power
  revision = var.revision
}
