locals {
  # The container that runs here: the first, by name, that says what to run; else the first.
  names     = sort(keys(var.containers))
  commands  = { for name in local.names : name => concat(try(var.containers[name].command, []), try(var.containers[name].args, [])) }
  runnable  = [for name in local.names : name if length(local.commands[name]) > 0]
  name      = length(local.runnable) > 0 ? local.runnable[0] : local.names[0]
  container = var.containers[local.name]
  command   = local.commands[local.name]

  # Files lie beneath the folder that the process runs in: /etc/app.json is etc/app.json there.
  files = { for path, file in try(local.container.files, {}) : trimprefix(path, "/") => file.content }
}

resource "sandbox_site" "this" {
  project     = var.context.project
  environment = var.context.environment
  name        = var.context.alias

  runtime  = length(local.command) > 0 ? "process" : "static"
  command  = length(local.command) > 0 ? local.command : null
  files    = length(local.command) > 0 && length(local.files) > 0 ? local.files : null
  settings = { for name, value in try(local.container.variables, {}) : name => value }
  power    = var.power
  revision = local.container.image # another image deploys again
}
