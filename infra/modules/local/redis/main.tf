resource "sandbox_redis" "this" {
  project     = var.context.project
  environment = var.context.environment
  name        = var.context.alias

  max_memory_mb = var.maxMemoryMb
  persistence   = var.persistence
}
