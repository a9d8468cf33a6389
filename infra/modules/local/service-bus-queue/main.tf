resource "sandbox_queue" "this" {
  project     = var.context.project
  environment = var.context.environment
  name        = var.context.alias

  max_delivery_count    = var.maxDeliveryCount
  lock_duration_seconds = var.lockDurationSeconds
  sessions              = var.sessions
  duplicate_detection   = var.duplicateDetection
}
