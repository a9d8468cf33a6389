variable "kubernetesVersion" {
  description = "Version of Kubernetes, such as 1.34; Azure keeps its patches current."
  type        = string
}

variable "nodeCount" {
  description = "Nodes."
  type        = number
  default     = 2
}

variable "nodeSize" {
  description = "Size of a node. What is made is nodeVmSize."
  type        = string
  default     = "small"
}

variable "power" {
  description = "on or off; off stops the cluster and its nodes, and keeps all that it holds."
  type        = string
  default     = "on"

  validation {
    condition     = contains(["on", "off"], var.power)
    error_message = "Power is on or off."
  }
}

variable "nodeVmSize" {
  description = "Size of a node in Azure."
  type        = string
  default     = "Standard_D2s_v5"
}

variable "offers" {
  description = "The size that nodeVmSize stands for: another one is refused, because it would be paid for otherwise. null takes all."
  type        = string
  default     = null
}

variable "publicAccess" {
  description = "Whether the cluster's API can be reached from outside the environment's network. Who may enter is asked in any case."
  type        = bool
  default     = false
}
