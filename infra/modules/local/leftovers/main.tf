# Run after a destroy: an environment counts as deleted when this finds nothing.
data "sandbox_leftovers" "this" {
  project     = var.context.project
  environment = var.context.environment
}
