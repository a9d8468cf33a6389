resource "sandbox_cluster" "this" {
  project     = var.context.project
  environment = var.context.environment
  name        = var.context.alias

  kubernetes_version = var.kubernetesVersion
  power              = var.power
}
