variable "context" {
  description = "Who reads: only secrets of this environment and its project are given."
  type = object({
    project     = string
    environment = string
  })
}

variable "reference" {
  description = "Address of one version of a secret in the vault."
  type        = string
}
