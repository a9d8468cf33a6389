# Makes nothing: hands on what it was given, so that a test can see what reaches a module.
variable "context" {
  type = object({ project = string, environment = string, alias = string, class = string })
}

variable "note" {
  type    = any
  default = null
}

variable "sku" {
  type    = string
  default = null
}

resource "terraform_data" "this" {
  input = { context = var.context, note = var.note, sku = var.sku }
}

output "given" {
  value = terraform_data.this.output
}

output "host" {
  value = "db.example.org"
}

output "port" {
  value = 5432
}

output "url" {
  value     = "postgres://${terraform_data.this.id}"
  sensitive = true
}
