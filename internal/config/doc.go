// Package config is the settings of the handler: one struct, read from the environment once, checked before anything starts.
// The same settings point at Azure or at what lazuli up runs; nothing else differs.
package config
