output "items" {
  description = "What still exists under the project and environment, whether in a state or not: kind, name and a sentence."
  value       = data.sandbox_leftovers.this.items
}
