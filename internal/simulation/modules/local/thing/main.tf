variable "context" {}
variable "size" { default = 1 }
variable "label" { default = null }
output "size" { value = var.size }
