variable "context" {
  type = object({ project = string, environment = string })
}

output "items" {
  value = [{ kind = "sites", name = "${var.context.project}-${var.context.environment}", what = "a site" }]
}
