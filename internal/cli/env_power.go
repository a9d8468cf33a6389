package cli

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/client"
)

func (s *session) envHibernate() *cobra.Command {
	return s.envSwitch("hibernate", "Switch off what can be, and keep everything",
		"Deploys what is there once more as it is, with the power off. It needs no approval. Any other deployment wakes the environment again.",
		func(cmd *cobra.Command, caller *client.ClientWithResponses, project, name, id string) (*api.Operation, error) {
			answer, err := caller.HibernateEnvironmentWithResponse(cmd.Context(), project, name, &api.HibernateEnvironmentParams{OperationID: &id})
			if err := check(answer, err); err != nil {
				return nil, err
			}
			return answer.JSON202, nil
		})
}

func (s *session) envWake() *cobra.Command {
	return s.envSwitch("wake", "Switch on again what hibernates", "",
		func(cmd *cobra.Command, caller *client.ClientWithResponses, project, name, id string) (*api.Operation, error) {
			answer, err := caller.WakeEnvironmentWithResponse(cmd.Context(), project, name, &api.WakeEnvironmentParams{OperationID: &id})
			if err := check(answer, err); err != nil {
				return nil, err
			}
			return answer.JSON202, nil
		})
}

func (s *session) envSwitch(verb, short, long string, ask func(cmd *cobra.Command, caller *client.ClientWithResponses, project, name, id string) (*api.Operation, error)) *cobra.Command {
	w := &wish{}
	cmd := &cobra.Command{
		Use: verb + " PROJECT/ENVIRONMENT", Short: short, Long: long, Args: cobra.ExactArgs(1), Example: "  lazuli env " + verb + " payments/dev",
		RunE: func(cmd *cobra.Command, args []string) error {
			project, name, err := place(args[0])
			if err != nil {
				return err
			}
			caller, err := s.api()
			if err != nil {
				return err
			}
			op, err := ask(cmd, caller, project, name, w.operationID())
			if err != nil {
				return err
			}
			return s.follow(cmd.Context(), caller, op.ID, w)
		},
	}
	cmd.Flags().BoolVar(&w.noWait, "no-wait", false, "do not watch")
	cmd.Flags().StringVar(&w.operation, "operation-id", "", "your own id for the operation: the same id is the same operation")
	cmd.Flags().DurationVar(&w.timeout, "timeout", 0, "watch no longer than this, such as 10m")
	return cmd
}

func (s *session) envCalendar() *cobra.Command {
	var off []string
	var zone string
	var ofType, none bool
	cmd := &cobra.Command{
		Use: "calendar PROJECT/ENVIRONMENT", Short: "Have an environment hibernate and wake by a calendar", Args: cobra.ExactArgs(1),
		Long: "Has an environment put to sleep and woken by a calendar: that of its type, or one of its own. It is off while any of the times\n" +
			"holds. What is on now stays on until the calendar says something else. It wakes what it put to sleep, and nothing that you did.",
		Example: "  lazuli env calendar payments/dev --of-type\n" +
			"  lazuli env calendar payments/dev --time-zone Europe/Berlin --off \"mon-fri 19:00-07:00\" --off \"sat,sun 00:00-24:00\"\n" +
			"  lazuli env calendar payments/dev --none",
		RunE: func(cmd *cobra.Command, args []string) error {
			var body api.CalendarRequest
			switch {
			case none || ofType:
			case len(off) == 0 || zone == "":
				return usageError{errors.New(`say --of-type, --none, or your own: --time-zone Europe/Berlin --off "mon-fri 19:00-07:00"`)}
			default:
				body.Calendar = &api.Calendar{TimeZone: zone}
				for _, text := range off {
					o, err := offTime(text)
					if err != nil {
						return err
					}
					body.Calendar.Off = append(body.Calendar.Off, o)
				}
			}
			return s.changeEnvironment(args[0], func(caller *client.ClientWithResponses, project, name string) (*api.Environment, error) {
				if none {
					answer, err := caller.RemoveEnvironmentCalendarWithResponse(cmd.Context(), project, name)
					if err := check(answer, err); err != nil {
						return nil, err
					}
					return answer.JSON200, nil
				}
				answer, err := caller.SetEnvironmentCalendarWithResponse(cmd.Context(), project, name, body)
				if err := check(answer, err); err != nil {
					return nil, err
				}
				return answer.JSON200, nil
			})
		},
	}
	cmd.Flags().StringArrayVar(&off, "off", nil, `when it is off: "mon-fri 19:00-07:00"; may be repeated`)
	cmd.Flags().StringVar(&zone, "time-zone", "", "by whose clocks, such as Europe/Berlin")
	cmd.Flags().BoolVar(&ofType, "of-type", false, "the calendar of its type")
	cmd.Flags().BoolVar(&none, "none", false, "no calendar: by hand alone")
	cmd.MarkFlagsMutuallyExclusive("off", "of-type", "none")
	cmd.MarkFlagsMutuallyExclusive("time-zone", "of-type", "none")
	return cmd
}

var (
	week       = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
	offPattern = regexp.MustCompile(`^([a-z,-]+) +([0-9]{2}:[0-9]{2})-([0-9]{2}:[0-9]{2})$`)
)

// offTime reads "mon-fri 19:00-07:00" or "sat,sun 00:00-24:00".
func offTime(text string) (api.OffTime, error) {
	wrong := usageError{fmt.Errorf(`--off %q is not of the form "mon-fri 19:00-07:00" or "sat,sun 00:00-24:00"`, text)}
	found := offPattern.FindStringSubmatch(strings.TrimSpace(text))
	if found == nil {
		return api.OffTime{}, wrong
	}
	out := api.OffTime{From: found[2], To: found[3]}
	for _, part := range strings.Split(found[1], ",") {
		first, last, isRange := strings.Cut(part, "-")
		if !isRange {
			last = first
		}
		from, to := slices.Index(week, first), slices.Index(week, last)
		if from < 0 || to < 0 {
			return api.OffTime{}, wrong
		}
		for i := from; ; i = (i + 1) % len(week) {
			out.Days = append(out.Days, api.OffTimeDays(week[i]))
			if i == to {
				break
			}
		}
	}
	return out, nil
}

// calendarText is a calendar as --off takes it.
func calendarText(c api.Calendar) string {
	var parts []string
	for _, o := range c.Off {
		var days []string
		for _, d := range o.Days {
			days = append(days, clean(string(d)))
		}
		parts = append(parts, strings.Join(days, ",")+" "+clean(o.From)+"-"+clean(o.To))
	}
	return strings.Join(parts, "; ") + " (" + clean(c.TimeZone) + ")"
}
