variable "context" {}
variable "size" { default = 1 }
output "size" { value = var.size }
