// Package keyvault stands in for Azure Key Vault on a laptop: the REST protocol for secrets (api-version 7.4 and later) over one
// encrypted file. Programs that speak to Key Vault with a token of their own speak to it unchanged.
//
// Any number of vaults exist without being created; Lazuli uses one for the outputs of each environment, called
// project.environment, one for the secret values of each scope, called v.project or v.project.environment, and one for each
// key-vault of an environment, called project.environment.name, which is its application's to write.
// Who may read or write one is asked from [Config.Authorize] at each request, and every read of a value is a line in the
// log, with who and what and never the value.
//
// The file is sealed with AES-256-GCM. Its key lies beside it with mode 0600, so the seal keeps values out of backups,
// searches and accidents with the one file; it is no protection from somebody who can read the whole folder.
//
// What Key Vault has and this has not: keys, certificates, backup, and soft delete. Vaults say so themselves: their
// recoveryLevel is Purgeable, which is Key Vault's word for a vault whose deletions are final.
package keyvault
