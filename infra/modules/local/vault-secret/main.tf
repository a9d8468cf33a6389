# One vault for each environment. Names hold dashes but never a dot, so the dot tells where the project ends.
resource "sandbox_secret" "this" {
  project     = var.context.project
  environment = var.context.environment
  name        = var.name

  vault = "${var.context.project}.${var.context.environment}"
  value = var.value
}
