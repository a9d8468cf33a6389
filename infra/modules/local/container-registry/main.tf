resource "sandbox_storage" "this" {
  project     = var.context.project
  environment = var.context.environment
  name        = var.context.alias

  containers = ["images"]
}
