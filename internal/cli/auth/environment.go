package auth

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Environment is what the environment says about signing in.
type Environment struct {
	Token   string  // LAZULI_TOKEN: an access token to use in place of any sign-in
	Dir     string  // LAZULI_CONFIG_DIR, else the folder lazuli in the user's settings folder
	Keyring Keyring // nil if LAZULI_KEYRING is off
}

// ReadEnvironment reads LAZULI_TOKEN, LAZULI_CONFIG_DIR and LAZULI_KEYRING (auto or off) through getenv (os.Getenv).
func ReadEnvironment(getenv func(string) string) (Environment, error) {
	env := Environment{Token: getenv("LAZULI_TOKEN"), Dir: getenv("LAZULI_CONFIG_DIR")}
	switch value := getenv("LAZULI_KEYRING"); value {
	case "", "auto":
		env.Keyring = SystemKeyring()
	case "off":
	default:
		return env, fmt.Errorf("LAZULI_KEYRING is %q; it must be auto or off", value)
	}
	if env.Dir == "" {
		settings, err := os.UserConfigDir()
		if err != nil {
			return env, errors.Join(errors.New("no settings folder is known. Set LAZULI_CONFIG_DIR"), err)
		}
		env.Dir = filepath.Join(settings, "lazuli")
	}
	return env, nil
}

// Store returns the place where the environment wants sign-ins to be kept.
func (e Environment) Store() *Store { return NewStore(e.Dir, e.Keyring) }
