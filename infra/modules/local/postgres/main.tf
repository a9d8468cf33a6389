resource "sandbox_database" "this" {
  project     = var.context.project
  environment = var.context.environment
  name        = var.context.alias
  power       = var.power
}
