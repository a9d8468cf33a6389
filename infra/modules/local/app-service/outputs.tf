output "url" {
  description = "Address of the site."
  value       = sandbox_site.this.url
}

output "host" {
  description = "Host name of the site, without the port."
  value       = sandbox_site.this.host
}

output "honesty" {
  description = "real, or stand-in for something that only behaves alike."
  value       = sandbox_site.this.honesty
}

output "implementation" {
  description = "What it is in truth, for people."
  value       = sandbox_site.this.implementation
}
