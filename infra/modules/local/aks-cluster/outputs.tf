output "name" {
  description = "Name of the cluster."
  value       = "${sandbox_cluster.this.project}-${sandbox_cluster.this.environment}-${sandbox_cluster.this.name}"
}

output "endpoint" {
  description = "Address of its API."
  value       = sandbox_cluster.this.endpoint
}

output "kubeconfig" {
  description = "Credentials of its administrator."
  value       = sandbox_cluster.this.kubeconfig
  sensitive   = true
}

output "honesty" {
  description = "real, or stand-in for something that only behaves alike."
  value       = sandbox_cluster.this.honesty
}

output "implementation" {
  description = "What it is in truth, for people."
  value       = sandbox_cluster.this.implementation
}
