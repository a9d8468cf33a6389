variable "context" {
  description = "Which environment this is."
  type = object({
    project     = string
    environment = string
  })
}

variable "tags" {
  description = "Of everything that is made in the environment. By them people, bills and the proof of a deletion find it again."
  type        = map(string)
}

variable "uses" {
  description = "Names of the modules that stand in the environment: what only they need is made for them alone."
  type        = set(string)
  default     = []
}

variable "settings" {
  description = "Of this installation of the platform: where it builds, and what it offers to all environments."
  type = object({
    subscription_id = optional(string)
    region          = string                           # such as westeurope
    workspace_id    = optional(string)                 # a Log Analytics workspace for all; without it each environment has its own
    vault_id        = optional(string)                 # the Key Vault that keeps secret outputs and values
    cluster_id      = optional(string)                 # the AKS cluster that runs workloads of the class aks
    address_space   = optional(string, "10.64.0.0/16") # of an environment's own network, at least a /20
  })

  validation {
    condition     = try(tonumber(split("/", var.settings.address_space)[1]) <= 20, false)
    error_message = "The address space of an environment is at least a /20, such as 10.64.0.0/16."
  }
}
