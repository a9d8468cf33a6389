data "sandbox_secret" "this" {
  project     = var.context.project
  environment = var.context.environment
  reference   = var.reference
}
