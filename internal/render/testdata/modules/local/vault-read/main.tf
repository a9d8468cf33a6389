variable "context" {
  type = object({ project = string, environment = string })
}

variable "reference" {
  type = string
}

# Not sensitive, unlike in earnest, so that a test can see where it goes.
output "value" {
  value = "what is at ${var.reference}"
}
