package cli

import "github.com/spf13/cobra"

// topics are help texts that belong to no command.
func topics() []*cobra.Command {
	return []*cobra.Command{
		{Use: "environment", Short: "Variables that the command reads", Long: `LAZULI_URL          address of the platform; --url goes before it
LAZULI_TOKEN        an access token to use in place of a sign-in
LAZULI_ISSUER       who signs in, where it is not the platform itself
LAZULI_CONFIG_DIR   where sign-ins are kept
LAZULI_KEYRING      off: keep sign-ins in a file and not in the system's keyring
CI, TERM=dumb       no moving progress`},
		{Use: "exit-codes", Short: "What the exit codes mean", Long: `0    it worked
1    it failed
2    the command line, or what was asked for, is not valid
3    there is no such thing, or you may not see it
4    you have to sign in
5    it conflicts with what is there: a name taken, an environment busy
6    the operation that was watched failed or was canceled
7    the operation that was watched is still running, or waits for approval
8    "lazuli access explain" answers: no
130  interrupted; the operation goes on`},
	}
}
