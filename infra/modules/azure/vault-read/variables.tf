variable "context" {
  description = "Who reads; and the vault that secrets are read from."
  type = object({
    project     = string
    environment = string
    place       = object({ vault_id = optional(string) })
  })
}

variable "reference" {
  description = "Address of one version of a secret in the vault: https://<vault>.vault.azure.net/secrets/<name>/<version>."
  type        = string

  validation {
    condition     = can(regex("^https://[a-z0-9-]+[.][a-z0-9.-]+/secrets/[0-9A-Za-z-]{1,127}/[0-9a-f]{32}$", var.reference))
    error_message = "This is no address of one version of a secret."
  }
}
