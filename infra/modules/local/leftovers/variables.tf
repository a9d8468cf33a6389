variable "context" {
  description = "Which environment to look at."
  type = object({
    project     = string
    environment = string
    alias       = optional(string, "")
    class       = optional(string, "")
    region      = optional(string, "local")
  })
}
