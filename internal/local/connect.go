package local

import (
	"fmt"
	"os"
)

// integrationID is the program that the local identity provider knows beside people. It holds no role until somebody gives it one.
const integrationID = "integration"

// writeConnect leaves a file for programs that listen to events or send requests by message, to be sourced by a shell. Only the
// owner reads it: it holds keys of this machine's platform.
func (p *Platform) writeConnect() error {
	text := fmt.Sprintf(`# How a program of yours reaches this platform; source it in a shell.
export LAZULI_SERVICE_BUS='%s'
export LAZULI_TOKEN_URL='%s'
export LAZULI_CLIENT_ID='%s'
export LAZULI_CLIENT_SECRET='%s'
`, p.busConnection, p.publicURL+"/identity/token", integrationID, p.secrets.Integration)
	if err := os.WriteFile(p.dir("connect.env"), []byte(text), 0o600); err != nil {
		return fmt.Errorf("write how programs connect: %w", err)
	}
	return nil
}
