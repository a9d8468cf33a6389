// Package local is the whole platform in one process: what lazuli up starts and what the journey test starts.
//
// It puts together what stands in for Azure, each in its own package beneath this one: the Functions host with the packaged
// handler, Table Storage, Service Bus, Azure DevOps with its agent, the identity provider, Key Vault, and the sandbox that
// makes real things. The handler is given addresses and keys and nothing else; it cannot tell that it is not in Azure.
//
// Everything is durable beneath Config.Dir. What was acknowledged survives the end of the process, however it ends.
package local
