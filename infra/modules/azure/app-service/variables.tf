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
  description = "A folder of the machine that runs the platform. In Azure there is none: give an archive."
  type        = string
  default     = null

  validation {
    condition     = var.folder == null
    error_message = "A folder is for a platform on one machine. For Azure, put it into a .zip and give that as archive."
  }
}

variable "archive" {
  description = "Absolute path, on the agent that deploys, of a .zip with the app. Deploying it needs the publishing password of the app, which is switched on for that."
  type        = string
  default     = null

  validation {
    condition     = var.archive == null || endswith(coalesce(var.archive, "x"), ".zip")
    error_message = "App Service takes archives in the form .zip alone."
  }
}

variable "files" {
  description = "The app's files, by path, for apps of a few lines: they travel as a setting of the app."
  type        = map(string)
  default     = null
}

variable "command" {
  description = "Program and arguments, for the runtime process. It is run in the folder of the app's files."
  type        = list(string)
  default     = null
}

variable "settings" {
  description = "Environment variables of the app. TITLE and DATABASE_URL are used by the page that an app without a source shows."
  type        = map(string)
  default     = {}
  sensitive   = true
}

variable "power" {
  description = "on or off; off answers nobody. The plan is paid for all the same."
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

variable "planSku" {
  description = "Size of the plan that the app has for itself, such as B1 or P0v3."
  type        = string
  default     = "B1"
}

variable "alwaysOn" {
  description = "Whether the app stays loaded while nobody asks it anything."
  type        = bool
  default     = false
}

variable "nodeVersion" {
  description = "Version of Node in the image that the app runs in."
  type        = string
  default     = "22-lts"
}

variable "publicAccess" {
  description = "Whether the app can be reached from outside the environment's network. Who may enter is asked in any case."
  type        = bool
  default     = false
}
