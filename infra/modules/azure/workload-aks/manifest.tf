locals {
  names  = sort(nonsensitive(keys(var.containers)))
  labels = { "app.kubernetes.io/name" = var.context.alias, "app.kubernetes.io/part-of" = var.context.project, "app.kubernetes.io/managed-by" = "terraform" }

  ports = [for name in sort(keys(try(var.service.ports, {}))) : {
    name       = substr(name, 0, 15)
    port       = var.service.ports[name].port
    targetPort = try(var.service.ports[name].targetPort, var.service.ports[name].port)
    protocol   = try(var.service.ports[name].protocol, "TCP")
  }]

  # Variables and files of all containers are in one secret, under numbers: what people call them is no key of Kubernetes.
  variables = flatten([for c, name in local.names : [for v, key in sort(keys(try(var.containers[name].variables, {}))) :
  { container = name, key = "variable-${c}-${v}", name = key, value = var.containers[name].variables[key] }]])
  files = flatten([for c, name in local.names : [for f, path in sort(keys(try(var.containers[name].files, {}))) :
  { container = name, key = "file-${c}-${f}", path = path, content = var.containers[name].files[path].content, mode = try(parseint(var.containers[name].files[path].mode, 8), 420) }]])
  secret = merge({ for v in local.variables : v.key => v.value }, { for f in local.files : f.key => f.content })

  containers = [for name in local.names : merge(
    {
      name            = name
      image           = var.containers[name].image
      env             = [for v in local.variables : { name = v.name, valueFrom = { secretKeyRef = { name = var.context.alias, key = v.key } } } if v.container == name]
      volumeMounts    = [for f in local.files : { name = "files", mountPath = f.path, subPath = f.key, readOnly = true } if f.container == name]
      securityContext = { allowPrivilegeEscalation = false, capabilities = { drop = ["ALL"] }, seccompProfile = { type = "RuntimeDefault" } }
      resources       = merge({ requests = { cpu = "100m", memory = "128Mi" } }, try(var.containers[name].resources, {}))
    },
    { for key in ["command", "args", "livenessProbe", "readinessProbe"] : key => var.containers[name][key] if can(var.containers[name][key]) },
  )]

  documents = concat([
    { apiVersion = "v1", kind = "Namespace", metadata = { name = local.namespace, labels = { "pod-security.kubernetes.io/enforce" = "baseline" } } },
    { apiVersion = "v1", kind = "ServiceAccount", metadata = merge(local.metadata, { annotations = { "azure.workload.identity/client-id" = local.place.identity.client_id } }) },
    { apiVersion = "v1", kind = "Secret", metadata = local.metadata, type = "Opaque", data = { for key, value in local.secret : key => base64encode(value) } },
    {
      apiVersion = "apps/v1", kind = "Deployment", metadata = local.metadata
      spec = {
        replicas = var.power == "on" ? 1 : 0
        selector = { matchLabels = { "app.kubernetes.io/name" = var.context.alias } }
        template = {
          metadata = {
            labels      = merge(local.labels, { "azure.workload.identity/use" = "true" })
            annotations = { "lazuli/secret" = sha256(jsonencode(local.secret)) } # other values start other pods
          }
          spec = {
            serviceAccountName = var.context.alias
            containers         = local.containers
            volumes            = [for name in length(local.files) > 0 ? ["files"] : [] : { name = name, secret = { secretName = var.context.alias, items = [for f in local.files : { key = f.key, path = f.key, mode = f.mode }] } }]
          }
        }
      }
    },
    ], [for kind in length(local.ports) > 0 ? ["Service"] : [] : {
      apiVersion = "v1", kind = kind
      metadata   = merge(local.metadata, { annotations = { for name, value in { "service.beta.kubernetes.io/azure-dns-label-name" = local.label } : name => value if var.publicAccess } })
      spec       = { type = var.publicAccess ? "LoadBalancer" : "ClusterIP", selector = { "app.kubernetes.io/name" = var.context.alias }, ports = local.ports }
  }])
  metadata = { name = var.context.alias, namespace = local.namespace, labels = local.labels }

  # JSON is YAML, and nothing in it can be taken for another document.
  manifest = join("\n---\n", [for document in local.documents : jsonencode(document)])
}
