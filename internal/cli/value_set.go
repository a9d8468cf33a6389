package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// valueChange is api.ValueChanges, its values kept as they were typed.
type valueChange struct {
	Set     map[string]newValue `json:"set,omitempty"`
	Remove  []string            `json:"remove,omitempty"`
	Comment string              `json:"comment,omitempty"`
}

type newValue struct {
	Value  json.RawMessage `json:"value,omitempty"`
	Secret string          `json:"secret,omitempty"`
}

func (s *session) valueSet() *cobra.Command {
	var comment, secret string
	var asJSON bool
	cmd := &cobra.Command{
		Use: "set PROJECT[/ENVIRONMENT] [KEY=VALUE…]", Short: "Set values", Args: cobra.MinimumNArgs(1),
		Long: `Sets values, all in one version. A value is text, or with --json a number, true or false, a list or an object.

A secret is read from standard input, or asked for on a terminal: on a command line others could see it.`,
		Example: "  lazuli value set payments/dev LOG_LEVEL=debug --comment \"look into the timeouts\"\n" +
			"  lazuli value set payments --json REPLICAS=3 HOSTS='[\"a\", \"b\"]'\n  pass show mail | lazuli value set payments --secret SMTP_PASSWORD",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 && secret == "" {
				return usageError{errors.New("nothing to set: name KEY=VALUE, or --secret KEY")}
			}
			change := valueChange{Set: map[string]newValue{}, Comment: comment}
			for _, pair := range args[1:] {
				key, value, err := valuePair(pair, asJSON)
				if err != nil {
					return err
				}
				change.Set[key] = newValue{Value: value}
			}
			if secret != "" {
				value, err := s.askSecret(secret)
				if err != nil {
					return err
				}
				change.Set[secret] = newValue{Secret: value}
			}
			return s.changeValues(cmd, args[0], change)
		},
	}
	cmd.Flags().StringVar(&comment, "comment", "", "why, for the history")
	cmd.Flags().StringVar(&secret, "secret", "", "the key of a secret to read from standard input")
	cmd.Flags().BoolVar(&asJSON, "json", false, "the values are JSON")
	return cmd
}

// valuePair reads KEY=VALUE.
func valuePair(pair string, asJSON bool) (string, json.RawMessage, error) {
	key, value, ok := strings.Cut(pair, "=")
	if !ok || key == "" {
		return "", nil, usageError{fmt.Errorf("%q is not KEY=VALUE", clean(pair))}
	}
	if asJSON {
		if !json.Valid([]byte(value)) {
			return "", nil, usageError{fmt.Errorf("the value of %s is not JSON; text is written with quotes there", clean(key))}
		}
		return key, json.RawMessage(value), nil
	}
	raw, err := json.Marshal(value)
	return key, raw, err
}

// maxSecret bounds what is read of a secret; the platform takes less.
const maxSecret = 64 << 10

// askSecret reads a secret where it cannot be seen: on a terminal without showing it, else all of standard input but for the
// line break at its end.
func (s *session) askSecret(key string) (string, error) {
	var raw []byte
	var err error
	if s.interactive() {
		fmt.Fprintf(s.Err, "Value of %s (not shown): ", key)
		raw, err = term.ReadPassword(int(s.In.(*os.File).Fd()))
		fmt.Fprintln(s.Err)
	} else {
		raw, err = io.ReadAll(io.LimitReader(s.In, maxSecret))
	}
	if err != nil {
		return "", fmt.Errorf("read the value of %s: %w", key, err)
	}
	value := strings.TrimSuffix(strings.TrimSuffix(string(raw), "\n"), "\r")
	if value == "" {
		return "", usageError{fmt.Errorf("there is no value of %s on standard input", key)}
	}
	return value, nil
}

func (s *session) changeValues(cmd *cobra.Command, where string, change valueChange) error {
	body, err := json.Marshal(change)
	if err != nil {
		return fmt.Errorf("encode the change: %w", err)
	}
	scope, err := s.values(where)
	if err != nil {
		return err
	}
	values, err := scope.change(cmd.Context(), body)
	if err != nil {
		return err
	}
	return s.changed(where, values)
}
