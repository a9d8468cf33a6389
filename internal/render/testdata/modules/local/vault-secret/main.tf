variable "context" {
  type = object({ project = string, environment = string })
}

variable "name" {
  type = string
}

variable "value" {
  type      = string
  sensitive = true
}

resource "terraform_data" "this" {
  input = var.value
}

output "reference" {
  value = "https://vault.example.org/${var.context.project}.${var.context.environment}/secrets/${var.name}"
}
