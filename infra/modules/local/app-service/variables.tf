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

variable "runtime" {
  description = "static serves files; process runs a command that listens on $PORT."
  type        = string
  default     = "static"

  validation {
    condition     = contains(["static", "process"], var.runtime)
    error_message = "The runtime is static or process."
  }
}

variable "folder" {
  description = "Absolute path of the site's files."
  type        = string
  default     = null
}

variable "archive" {
  description = "Absolute path of a .zip, .tar, .tar.gz or .tgz with the site's files."
  type        = string
  default     = null
}

variable "files" {
  description = "The site's files, by path."
  type        = map(string)
  default     = null
}

variable "command" {
  description = "Program and arguments, for the runtime process."
  type        = list(string)
  default     = null
}

variable "settings" {
  description = "Environment variables of the site. TITLE and DATABASE_URL are used by the page that a site without a source shows."
  type        = map(string)
  default     = {}
  sensitive   = true
}

variable "power" {
  description = "on or off; off keeps everything but the process."
  type        = string
  default     = "on"

  validation {
    condition     = contains(["on", "off"], var.power)
    error_message = "Power is on or off."
  }
}

variable "revision" {
  description = "Free text, such as a version or a commit. A new one deploys the same source again."
  type        = string
  default     = null
}
