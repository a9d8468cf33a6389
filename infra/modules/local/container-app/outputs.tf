output "url" {
  description = "Address of the app."
  value       = sandbox_site.this.url
}

output "host" {
  description = "Host name of the app, without the port."
  value       = sandbox_site.this.host
}

output "honesty" {
  description = "Always a stand-in: no container runs."
  value       = "stand-in"
}

output "implementation" {
  description = "What it is in truth, for people."
  value       = var.command == null ? "a page in place of the image ${sandbox_site.this.revision}" : "the command as a process of this machine, in place of the image ${sandbox_site.this.revision}"
}
