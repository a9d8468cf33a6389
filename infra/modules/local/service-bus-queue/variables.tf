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

variable "maxDeliveryCount" {
  description = "How often a message is delivered before it is a dead letter."
  type        = number
  default     = 10
}

variable "lockDurationSeconds" {
  description = "How long a receiver has a message to itself."
  type        = number
  default     = 60
}

variable "sessions" {
  description = "Whether messages belong to sessions. Another choice makes another queue."
  type        = bool
  default     = false
}

variable "duplicateDetection" {
  description = "Whether a message with an id that was there within ten minutes is dropped. Another choice makes another queue."
  type        = bool
  default     = false
}
