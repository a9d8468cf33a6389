locals {
  names = sort(nonsensitive(keys(var.containers)))

  # Variables and files of all containers are secrets of the app, under numbers: what people call them is no name of Azure.
  variables = flatten([for c, name in local.names : [for v, key in sort(nonsensitive(keys(try(var.containers[name].variables, {})))) :
  { container = name, secret = "variable-${c}-${v}", name = key }]])
  files = flatten([for c, name in local.names : [for f, path in sort(nonsensitive(keys(try(var.containers[name].files, {})))) :
  { container = name, secret = "file-${c}-${f}", path = path }]])
  secrets = merge(
    { for v in local.variables : v.secret => var.containers[v.container].variables[v.name] },
    { for f in local.files : f.secret => var.containers[f.container].files[f.path].content },
  )

  # What a container is and how it is run may be read in a plan.
  containers = { for name in local.names : name => {
    image     = nonsensitive(var.containers[name].image)
    command   = nonsensitive(try(var.containers[name].command, null))
    args      = nonsensitive(try(var.containers[name].args, null))
    cpu       = local.cpu[name]
    variables = [for v in local.variables : v if v.container == name]
    files     = [for f in local.files : f if f.container == name]
    probes = { for kind in ["livenessProbe", "readinessProbe"] : kind => {
      path = nonsensitive(try(var.containers[name][kind].httpGet.path, "/"))
      port = nonsensitive(try(var.containers[name][kind].httpGet.port, local.port))
      kind = nonsensitive(upper(try(var.containers[name][kind].httpGet.scheme, "HTTP")))
    } if nonsensitive(can(var.containers[name][kind].httpGet)) }
  } }
  other_probes = [for name in local.names : name if nonsensitive(anytrue([for kind in ["livenessProbe", "readinessProbe"] :
  can(var.containers[name][kind]) && !can(var.containers[name][kind].httpGet)]))]

  # Azure sells quarters of a core with twice as many GiB of memory: the next that holds what is asked for.
  asked  = { for name in local.names : name => nonsensitive(merge(try(var.containers[name].resources.requests, {}), try(var.containers[name].resources.limits, {}))) }
  cores  = { for name, asked in local.asked : name => can(regex("m$", asked.cpu)) ? tonumber(trimsuffix(asked.cpu, "m")) / 1000 : try(tonumber(asked.cpu), 0.25) }
  units  = { Ki = 1 / 1048576, Mi = 1 / 1024, Gi = 1, K = 1 / 1073742, M = 1 / 1074, G = 0.932 }
  memory = { for name, asked in local.asked : name => try(tonumber(regex("^[0-9.]+", asked.memory)) * local.units[regex("[A-Za-z]+$", asked.memory)], 0) }
  cpu    = { for name in local.names : name => max(0.25, ceil(4 * max(local.cores[name], local.memory[name] / 2)) / 4) }

  ports = [for name in sort(keys(try(var.service.ports, {}))) : try(var.service.ports[name].targetPort, var.service.ports[name].port)]
  port  = length(local.ports) > 0 ? local.ports[0] : 80

  registries = toset([for container in local.containers : split("/", container.image)[0] if endswith(split("/", container.image)[0], ".azurecr.io")])
}
