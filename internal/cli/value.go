package cli

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/api"
)

func (s *session) valueCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "value", Short: "Values: configuration of projects and environments", Aliases: []string{"values"},
		Long: `Values are configuration. A project has them for all its environments, an environment has its own, and
the nearest wins. A manifest uses one as ${values.KEY}; the next deployment takes the newest.

Every change is a version, with who made it and why. Secrets go to the vault, and never come back from
the platform.`}
	cmd.AddCommand(s.valueList(), s.valueSet(), s.valueUnset(), s.valueHistory(), s.valueDiff(), s.valueRestore())
	return cmd
}

func (s *session) valueList() *cobra.Command {
	return &cobra.Command{Use: "list PROJECT[/ENVIRONMENT]", Short: "List the values that hold, and where each is set", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		scope, err := s.values(args[0])
		if err != nil {
			return err
		}
		values, err := scope.get(cmd.Context())
		if err != nil {
			return err
		}
		return s.print(values.raw, func() error {
			if len(values.Value) == 0 {
				fmt.Fprintf(s.Out, "No values hold in %s yet. Next:  lazuli value set %s KEY=VALUE\n", args[0], args[0])
				return nil
			}
			var rows [][]string
			for _, v := range values.Value {
				rows = append(rows, []string{v.Key, v.Type, v.shown(), v.Origin, v.UpdatedAt.Local().Format(time.DateTime), v.UpdatedBy})
			}
			return s.table("KEY\tTYPE\tVALUE\tSET IN\tSET AT\tBY", rows)
		})
	}}
}

// maxShown is how much of a value stands in a table.
const maxShown = 60

// shown is the value for a table; of a secret there is nothing to show.
func (v heldValue) shown() string {
	if v.Secret {
		return "(secret)"
	}
	text := []rune(string(v.Value))
	if len(text) > maxShown {
		return string(text[:maxShown]) + "…"
	}
	return string(text)
}

func (s *session) valueUnset() *cobra.Command {
	var comment string
	cmd := &cobra.Command{
		Use: "unset PROJECT[/ENVIRONMENT] KEY…", Short: "Remove values", Args: cobra.MinimumNArgs(2),
		Long:    "Removes values. In an environment, what the project has holds again.",
		Example: "  lazuli value unset payments/dev LOG_LEVEL",
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.changeValues(cmd, args[0], valueChange{Remove: args[1:], Comment: comment})
		},
	}
	cmd.Flags().StringVar(&comment, "comment", "", "why, for the history")
	return cmd
}

func (s *session) valueHistory() *cobra.Command {
	return &cobra.Command{Use: "history PROJECT[/ENVIRONMENT]", Short: "Who changed the values, when and why", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		scope, err := s.values(args[0])
		if err != nil {
			return err
		}
		versions, err := collect(s, func(token *string) ([]api.ValueVersion, *string, error) { return scope.versions(cmd.Context(), token) })
		if err != nil {
			return err
		}
		return s.print(versions, func() error {
			if len(versions) == 0 {
				fmt.Fprintf(s.Out, "Nothing was ever set in %s.\n", args[0])
				return nil
			}
			var rows [][]string
			for _, v := range versions {
				var changes []string
				for _, c := range v.Changes {
					changes = append(changes, changeMark(string(c.Action))+c.Key)
				}
				rows = append(rows, []string{fmt.Sprint(v.Version), v.At.Local().Format(time.DateTime), v.Author, strings.Join(changes, " "), orDash(text(v.Comment))})
			}
			return s.table("VERSION\tAT\tBY\tCHANGES\tCOMMENT", rows)
		})
	}}
}

func changeMark(action string) string {
	return map[string]string{"add": "+", "change": "~", "remove": "-"}[action]
}

func (s *session) valueDiff() *cobra.Command {
	return &cobra.Command{
		Use: "diff PROJECT[/ENVIRONMENT] [FROM [TO]]", Short: "In what two versions of the values differ", Args: cobra.RangeArgs(1, 3),
		Long:    "Compares two versions of the values. Without TO the newest is compared, without FROM with the one before it.",
		Example: "  lazuli value diff payments/dev\n  lazuli value diff payments/dev 3 7",
		RunE: func(cmd *cobra.Command, args []string) error {
			var versions [2]*int64
			for i, arg := range args[1:] {
				number, err := versionArg(arg)
				if err != nil {
					return err
				}
				versions[i] = &number
			}
			scope, err := s.values(args[0])
			if err != nil {
				return err
			}
			differences, err := scope.differences(cmd.Context(), versions[0], versions[1])
			if err != nil {
				return err
			}
			return s.print(differences.raw, func() error { return s.showDifferences(differences) })
		},
	}
}

func versionArg(arg string) (int64, error) {
	number, err := strconv.ParseInt(arg, 10, 64)
	if err != nil || number < 0 {
		return 0, usageError{fmt.Errorf("%q is not the number of a version", arg)}
	}
	return number, nil
}

func (s *session) showDifferences(d valueDifferences) error {
	fmt.Fprintf(s.Out, "From version %d to version %d:\n", d.From, d.To)
	var rows [][]string
	for _, item := range d.Value {
		row := []string{"  " + changeMark(item.Action) + " " + item.Key}
		switch {
		case item.Before != nil && item.After != nil:
			row = append(row, item.Before.shown()+" → "+item.After.shown())
		case item.After != nil:
			row = append(row, item.After.shown())
		case item.Before != nil:
			row = append(row, item.Before.shown())
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		fmt.Fprintln(s.Out, "  nothing differs")
	}
	return s.table("", rows)
}

func (s *session) valueRestore() *cobra.Command {
	var comment string
	cmd := &cobra.Command{
		Use: "restore PROJECT[/ENVIRONMENT] VERSION [KEY…]", Short: "Make values what they were in an earlier version", Args: cobra.MinimumNArgs(2),
		Long:    "Makes the keys that are named what they were in an earlier version, or all of them. It is a new version: nothing is lost.",
		Example: "  lazuli value restore payments/dev 3 LOG_LEVEL\n  lazuli value restore payments/dev 3",
		RunE: func(cmd *cobra.Command, args []string) error {
			number, err := versionArg(args[1])
			if err != nil {
				return err
			}
			scope, err := s.values(args[0])
			if err != nil {
				return err
			}
			wanted := api.ValueRestoration{Version: number, Comment: &comment}
			if keys := args[2:]; len(keys) > 0 {
				wanted.Keys = keys
			}
			values, err := scope.restore(cmd.Context(), wanted)
			if err != nil {
				return err
			}
			return s.changed(args[0], values)
		},
	}
	cmd.Flags().StringVar(&comment, "comment", "", "why, for the history")
	return cmd
}

func (s *session) changed(where string, values heldValues) error {
	return s.print(values.raw, func() error {
		fmt.Fprintf(s.Out, "✓ the values of %s are at version %d; what runs takes them with the next deployment\n", where, values.Version)
		return nil
	})
}
