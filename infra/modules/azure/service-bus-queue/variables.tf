variable "maxDeliveryCount" {
  description = "How often a message is delivered before it is a dead letter."
  type        = number
  default     = 10
}

variable "lockDurationSeconds" {
  description = "How long a receiver has a message to itself."
  type        = number
  default     = 60

  validation {
    condition     = var.lockDurationSeconds >= 5 && var.lockDurationSeconds <= 300
    error_message = "A lock lasts 5 to 300 seconds."
  }
}

variable "sessions" {
  description = "Whether messages of one session are received in order, by one receiver. Another choice makes another queue."
  type        = bool
  default     = false
}

variable "duplicateDetection" {
  description = "Whether a message with an id that was there within ten minutes is dropped. Another choice makes another queue."
  type        = bool
  default     = false
}

variable "sku" {
  description = "Standard or Premium. Only Premium has private addresses."
  type        = string
  default     = "Premium"

  validation {
    condition     = contains(["Standard", "Premium"], var.sku)
    error_message = "The SKU is Standard or Premium."
  }
}

variable "publicAccess" {
  description = "Whether the namespace can be reached from outside the environment's network. Who may enter is asked in any case."
  type        = bool
  default     = false
}
