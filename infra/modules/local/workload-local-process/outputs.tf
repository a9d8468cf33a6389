output "url" {
  description = "Address of the workload."
  value       = sandbox_site.this.url
}

output "host" {
  description = "Host name of the workload, without the port."
  value       = sandbox_site.this.host
}

output "honesty" {
  description = "Always a stand-in: no container runs."
  value       = "stand-in"
}

output "implementation" {
  description = "What it is in truth, for people."
  value       = length(local.command) > 0 ? "the command of container ${local.name} as a process of this machine" : "a page in place of container ${local.name}"
}
