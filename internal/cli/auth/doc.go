// Package auth signs the command line in and keeps it signed in.
//
// # Signing in
//
// Login has three ways, all of them real OAuth against the issuer that discovery describes, Entra ID or the local one:
// the browser (authorization code with PKCE to a listener on 127.0.0.1), a code typed in any browser (device flow),
// and, at the issuer of lazuli up alone, Options.As: the device flow whose verification page is answered by us, which
// that issuer allows because it has no passwords. So scripts and CI on a laptop need no browser.
//
// # Where tokens are kept
//
// In the keyring of the operating system where it works, else in sign-ins.json (mode 0600) of the settings folder, and
// the user is told so. A keyring that does not answer within a few seconds, as happens on machines without a desktop,
// counts as one that does not work; LAZULI_KEYRING=off does not even ask. sign-ins.json says for each issuer where
// its tokens are, so that a command that needs none never touches the keyring.
//
// # Using tokens
//
// TokenSource gives a token that is good for a while, refreshing it under a lock that all commands of this user share.
// LAZULI_TOKEN overrides everything and is used as it is. When only a person can help, the error is ErrLoginNeeded.
// Nothing here prints a token or puts one in an error.
package auth
