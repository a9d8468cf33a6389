# Makes nothing: hands on what it was given, so that a test can see what reaches a module.
variable "context" {
  type = object({ project = string, environment = string, alias = string, class = string })
}

variable "settings" {
  type    = map(string)
  default = {}
}

variable "tree" {
  type    = any
  default = null
}

resource "terraform_data" "this" {
  input = { context = var.context, settings = var.settings, tree = var.tree }
}

output "given" {
  value = terraform_data.this.output
}
