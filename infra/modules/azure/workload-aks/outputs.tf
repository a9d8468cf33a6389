output "url" {
  description = "Address of the workload."
  value       = "http://${local.host}${local.suffix}"
  depends_on  = [terraform_data.workload]
}

output "host" {
  description = "Host name."
  value       = local.host
}

output "honesty" {
  description = "real: it is the thing itself."
  value       = "real"
}

output "implementation" {
  description = "What it is in truth, for people."
  value       = "a deployment in the namespace ${local.namespace} of an AKS cluster"
}
