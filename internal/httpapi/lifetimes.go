package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

// isoDuration is a duration as the contract writes it.
type isoDuration time.Duration

// UnmarshalJSON reads P14D and the like.
func (d *isoDuration) UnmarshalJSON(raw []byte) error {
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return notADuration()
	}
	read, ok := platform.ParseDuration(text)
	if !ok {
		return notADuration()
	}
	*d = isoDuration(read)
	return nil
}

func notADuration() error {
	return platform.Errorf(platform.Invalid, "A duration is ISO 8601: weeks, or days, hours and minutes, at most ten years. Months and years have no fixed length.").
		Do("Write it as P14D, P2W or PT12H.")
}

// extensionBody is api.ExtensionRequest, its duration read.
type extensionBody struct {
	Until *time.Time   `json:"until"`
	By    *isoDuration `json:"by"`
}

// extendEnvironment answers POST /v1/projects/{project}/environments/{environment}/extension.
func (a *API) extendEnvironment(w http.ResponseWriter, r *http.Request) error {
	var body extensionBody
	if err := decode(r, &body); err != nil {
		return err
	}
	x := platform.Extension{Until: given(body.Until), By: time.Duration(given(body.By))}
	env, err := a.service.ExtendEnvironment(r.Context(), callerFrom(r), pathValue(r, "project"), pathValue(r, "environment"), x)
	if err != nil {
		return err
	}
	return a.answerEnvironment(w, http.StatusOK, env)
}

// protectEnvironment answers PUT /v1/projects/{project}/environments/{environment}/protection.
func (a *API) protectEnvironment(w http.ResponseWriter, r *http.Request) error {
	var body api.ProtectionRequest
	if err := decode(r, &body); err != nil {
		return err
	}
	env, err := a.service.ProtectEnvironment(r.Context(), callerFrom(r), pathValue(r, "project"), pathValue(r, "environment"), body.Reason)
	if err != nil {
		return err
	}
	return a.answerEnvironment(w, http.StatusOK, env)
}

// unprotectEnvironment answers DELETE /v1/projects/{project}/environments/{environment}/protection.
func (a *API) unprotectEnvironment(w http.ResponseWriter, r *http.Request) error {
	env, err := a.service.UnprotectEnvironment(r.Context(), callerFrom(r), pathValue(r, "project"), pathValue(r, "environment"))
	if err != nil {
		return err
	}
	return a.answerEnvironment(w, http.StatusOK, env)
}

// setEnvironmentCalendar answers PUT /v1/projects/{project}/environments/{environment}/calendar.
func (a *API) setEnvironmentCalendar(w http.ResponseWriter, r *http.Request) error {
	var body api.CalendarRequest
	if err := decode(r, &body); err != nil {
		return err
	}
	own, err := calendarFrom(body.Calendar)
	if err != nil {
		return err
	}
	env, err := a.service.SetCalendar(r.Context(), callerFrom(r), pathValue(r, "project"), pathValue(r, "environment"), own)
	if err != nil {
		return err
	}
	return a.answerEnvironment(w, http.StatusOK, env)
}

// removeEnvironmentCalendar answers DELETE /v1/projects/{project}/environments/{environment}/calendar.
func (a *API) removeEnvironmentCalendar(w http.ResponseWriter, r *http.Request) error {
	env, err := a.service.RemoveCalendar(r.Context(), callerFrom(r), pathValue(r, "project"), pathValue(r, "environment"))
	if err != nil {
		return err
	}
	return a.answerEnvironment(w, http.StatusOK, env)
}

// hibernateEnvironment answers POST /v1/projects/{project}/environments/{environment}/hibernate.
func (a *API) hibernateEnvironment(w http.ResponseWriter, r *http.Request) error {
	return a.switchPower(w, r, a.service.HibernateEnvironment)
}

// wakeEnvironment answers POST /v1/projects/{project}/environments/{environment}/wake.
func (a *API) wakeEnvironment(w http.ResponseWriter, r *http.Request) error {
	return a.switchPower(w, r, a.service.WakeEnvironment)
}

func (a *API) switchPower(w http.ResponseWriter, r *http.Request, do func(context.Context, platform.Caller, string, string, string) (platform.Accepted, error)) error {
	operation, err := operationID(r)
	if err != nil {
		return err
	}
	done, err := do(r.Context(), callerFrom(r), pathValue(r, "project"), pathValue(r, "environment"), operation)
	if err != nil {
		return err
	}
	return a.accepted(w, *done.Operation)
}

func calendarFrom(c *api.Calendar) (*platform.Calendar, error) {
	if c == nil {
		return nil, nil
	}
	out := platform.Calendar{TimeZone: c.TimeZone}
	var wrong []platform.Detail
	for i, o := range c.Off {
		at := fmt.Sprintf("/calendar/off/%d", i)
		var read platform.OffTime
		for _, name := range o.Days {
			d, ok := platform.ParseDay(string(name))
			if !ok {
				wrong = append(wrong, platform.Detail{Pointer: at + "/days", Message: "must be mon, tue, wed, thu, fri, sat or sun"})
			}
			read.Days = append(read.Days, d)
		}
		var okFrom, okTo bool
		if read.From, okFrom = platform.ParseClock(o.From); !okFrom {
			wrong = append(wrong, platform.Detail{Pointer: at + "/from", Message: "must be a time such as 19:00"})
		}
		if read.To, okTo = platform.ParseClock(o.To); !okTo {
			wrong = append(wrong, platform.Detail{Pointer: at + "/to", Message: "must be a time such as 07:00 or 24:00"})
		}
		out.Off = append(out.Off, read)
	}
	if len(wrong) > 0 {
		return nil, platform.Errorf(platform.Invalid, "This calendar cannot be read.").With(wrong...)
	}
	return &out, nil
}

func calendarOf(c *platform.Calendar) *api.Calendar {
	if c == nil {
		return nil
	}
	out := api.Calendar{TimeZone: c.TimeZone, Off: []api.OffTime{}}
	for _, o := range c.Off {
		item := api.OffTime{Days: []api.OffTimeDays{}, From: platform.FormatClock(o.From), To: platform.FormatClock(o.To)}
		for _, d := range o.Days {
			item.Days = append(item.Days, api.OffTimeDays(platform.DayName(d)))
		}
		out.Off = append(out.Off, item)
	}
	return &out
}

func expiryRuleOf(e *platform.ExpiryRule) *api.ExpiryRule {
	if e == nil {
		return nil
	}
	out := api.ExpiryRule{Default: platform.FormatDuration(e.Default), Max: platform.FormatDuration(e.Max), Warn: []api.Duration{}}
	for _, lead := range e.Warn {
		out.Warn = append(out.Warn, platform.FormatDuration(lead))
	}
	return &out
}

// showLifetime adds what there is to say of how long an environment lives, and when it sleeps.
func showLifetime(body *api.Environment, env platform.Environment, now time.Time) {
	body.ExpiresAt, body.NextPowerAt = optionalTime(env.Ends()), optionalTime(env.NextPower)
	if p := env.Protection; p != nil {
		body.Protection = &api.Protection{Reason: p.Reason, By: p.By, At: p.At.UTC()}
	}
	body.Calendar = calendarOf(env.Calendar)
	if env.Deployment != "" {
		body.MonthlyOff = optional(env.MonthlyOff.String())
	}
	slept, saved := env.Asleep(now)
	if slept == 0 && env.Sleep.Since.IsZero() && env.Calendar == nil {
		return
	}
	body.Hibernation = &api.Hibernation{Since: optionalTime(env.Sleep.Since), Hours: int(slept / time.Hour), Saved: saved.String()}
	if env.Calendar != nil {
		body.Hibernation.CalendarSaves = optional(env.CalendarSaves().String())
	}
}
