variable "context" {
  description = "Whose resource this is: project, environment and its alias in the manifest."
  type = object({
    project     = string
    environment = string
    alias       = string
    class       = optional(string, "")
    region      = optional(string, "local")
  })
}

variable "kubernetesVersion" {
  description = "Version that the API says it is of."
  type        = string
}

variable "nodeCount" {
  description = "Nodes that were asked for. A laptop has none."
  type        = number
  default     = 2
}

variable "nodeSize" {
  description = "Size of a node. A laptop has none."
  type        = string
  default     = "small"
}

variable "power" {
  description = "on or off; off keeps everything and answers nothing."
  type        = string
  default     = "on"
}
