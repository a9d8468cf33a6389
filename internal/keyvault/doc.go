// Package keyvault keeps the secrets among values in Azure Key Vault, through the official SDK. It implements platform.Vault: it
// writes versions, and neither reads nor removes any.
//
// The address of the vault may hold "{scope}", which stands for payments or payments.dev: a vault for each scope. Without it one
// vault holds them all. Either way a secret's name holds its project, environment and key, as a readable part and a digest,
// since Key Vault's names know no underscore and no upper case; its tags hold them as they are.
//
// The SDK sends tokens over TLS alone. On loopback, where there is none, its requests are made as for https and sent as http
// (transport.go), with a token that the local vault knows.
package keyvault
