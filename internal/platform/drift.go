package platform

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// Drift is what is known of changes to an environment that were not made here. It is stored with the environment.
type Drift struct {
	Check DriftCheck  // the last look that ended; its zero value: nobody looked since the environment was deployed
	Known *DriftKnown // what the last look that saw anything found; nil: there was none since the environment was deployed
	Notes []DriftNote
	Told  string // digest of what whoever listens was told last; empty: that there is none
}

// DriftCheck is a look for drift. One that could not see has a reason: it is never taken for one that found nothing.
type DriftCheck struct {
	Operation string
	At        time.Time
	Unknown   string
}

// DriftKnown points at what a look found.
type DriftKnown struct {
	Operation  string
	At         time.Time
	Deployment string  // with which it was compared
	Found      BodyRef // the resources, as JSON; the zero value: none
	Open       int     // how many of them no note ignored then
}

// DriftNote says that a drifted resource, or a property of it with all beneath, is to be ignored until a date.
type DriftNote struct {
	ID      string
	Address string
	Path    string // empty: the whole resource
	Until   time.Time
	Reason  string
	By      string
	At      time.Time
}

// What happened to a drifted resource. The other words are those of Change.Action.
const (
	DriftChanged = "change"
	DriftRemoved = "remove"
)

// ResourceDrift is a resource that somebody changed outside, as a run reports it: Before in its properties is as it was
// deployed, After as it was found. Found holds what differs whole, by the name at the top of its path.
type ResourceDrift struct {
	Change
	Found map[string]json.RawMessage
}

// DriftedResource is a resource that is not as it was deployed.
type DriftedResource struct {
	Address        string                     `json:"address"`
	Alias          string                     `json:"alias,omitempty"` // of the manifest's resource; empty for what serves several
	Action         string                     `json:"action"`
	Outside        bool                       `json:"outside,omitempty"` // somebody changed it outside
	Planned        bool                       `json:"planned,omitempty"` // a deployment would change it
	Properties     []DriftedProperty          `json:"properties,omitempty"`
	MoreProperties int                        `json:"more,omitempty"`
	Found          map[string]json.RawMessage `json:"found,omitempty"`
}

// DriftedProperty is a property that is not as it was deployed. What is sensitive is not shown.
type DriftedProperty struct {
	Path      string  `json:"path"`
	Expected  *string `json:"expected,omitempty"`
	Found     *string `json:"found,omitempty"`
	Sensitive bool    `json:"sensitive,omitempty"`
	Unknown   bool    `json:"unknown,omitempty"`
}

// driftedIn makes one list of what was changed outside and what a deployment would change: both are drift, since the plan of what
// was deployed should be empty. The properties of what was changed outside are those that somebody changed, no more.
func driftedIn(p Plan, m Manifest) []DriftedResource {
	var out []DriftedResource
	at := map[string]int{}
	for _, d := range p.Drift {
		at[d.Address] = len(out)
		out = append(out, DriftedResource{Address: d.Address, Alias: aliasIn(d.Address, m), Action: d.Action, Outside: true,
			Properties: asFound(d.Properties, false), MoreProperties: d.MoreProperties, Found: d.Found})
	}
	for _, ch := range p.Changes {
		if i, known := at[ch.Address]; known {
			out[i].Planned = true
			continue
		}
		out = append(out, DriftedResource{Address: ch.Address, Alias: aliasIn(ch.Address, m), Action: ch.Action, Planned: true,
			Properties: asFound(ch.Properties, true), MoreProperties: ch.MoreProperties})
	}
	slices.SortFunc(out, func(a, b DriftedResource) int { return cmp.Compare(a.Address, b.Address) })
	return out
}

// asFound turns changes into what is expected and what was found. A plan goes from what is to what should be.
func asFound(changes []PropertyChange, planned bool) []DriftedProperty {
	var out []DriftedProperty
	for _, p := range changes {
		d := DriftedProperty{Path: p.Path, Expected: p.Before, Found: p.After, Sensitive: p.Sensitive, Unknown: p.Unknown}
		if planned {
			d.Expected, d.Found = p.After, p.Before
		}
		out = append(out, d)
	}
	return out
}

// aliasIn finds the resource of a manifest that an address belongs to: module.db.azurerm_x.y and module.secret_db_url.z are db's.
func aliasIn(address string, m Manifest) string {
	rest, ok := strings.CutPrefix(address, "module.")
	if !ok {
		return ""
	}
	name := rest[:len(rest)-len(strings.TrimLeft(rest, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"))]
	if _, known := m.Resources[name]; known {
		return name
	}
	if secret, ok := strings.CutPrefix(name, "secret_"); ok { // as internal/render calls it; no alias has an underscore
		alias, _, _ := strings.Cut(secret, "_")
		if _, known := m.Resources[alias]; known {
			return alias
		}
	}
	return ""
}

// judgeDrift parts what was found into what is open and what notes ignore at a time. A resource is ignored when all that is
// listed of it is; where only some is, it is in both lists, each with its own.
func judgeDrift(found []DriftedResource, notes []DriftNote, now time.Time) (open, ignored []DriftedResource) {
	for _, r := range found {
		if ignores(notes, r.Address, "", now) {
			ignored = append(ignored, r)
			continue
		}
		shown, hidden := r, r
		shown.Properties, hidden.Properties, hidden.MoreProperties = nil, nil, 0
		for _, p := range r.Properties {
			if ignores(notes, r.Address, p.Path, now) {
				hidden.Properties = append(hidden.Properties, p)
			} else {
				shown.Properties = append(shown.Properties, p)
			}
		}
		if len(hidden.Properties) > 0 {
			ignored = append(ignored, hidden)
		}
		if len(shown.Properties) > 0 || shown.MoreProperties > 0 || len(r.Properties) == 0 {
			open = append(open, shown)
		}
	}
	return open, ignored
}

// ignores reports whether a note that still holds speaks of a property, or with an empty path of the whole resource.
func ignores(notes []DriftNote, address, path string, now time.Time) bool {
	return slices.ContainsFunc(notes, func(n DriftNote) bool {
		if n.Address != address || !now.Before(n.Until) {
			return false
		}
		return n.Path == path || n.Path != "" && (strings.HasPrefix(path, n.Path+".") || strings.HasPrefix(path, n.Path+"["))
	})
}

// live are the notes that still hold.
func (d *Drift) live(now time.Time) []DriftNote {
	if d == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(d.Notes), func(n DriftNote) bool { return !now.Before(n.Until) })
}

// DriftStatus is the short form of a report.
type DriftStatus string

// The statuses. Unknown is never called none.
const (
	DriftUnchecked DriftStatus = "unchecked"
	DriftNone      DriftStatus = "none"
	DriftFound     DriftStatus = "drifted"
	DriftUnknown   DriftStatus = "unknown"
)

// DriftReport is what is known of an environment's drift, as its notes let it be seen now.
type DriftReport struct {
	Status    DriftStatus
	Check     DriftCheck
	Known     *DriftKnown
	Resources []DriftedResource
	Ignored   []DriftedResource
	Notes     []DriftNote
}

// driftReport is the report of what is stored, with what was found, at a time.
func driftReport(d *Drift, found []DriftedResource, now time.Time) DriftReport {
	if d == nil {
		return DriftReport{Status: DriftUnchecked}
	}
	r := DriftReport{Check: d.Check, Known: d.Known, Notes: d.live(now)}
	r.Resources, r.Ignored = judgeDrift(found, r.Notes, now)
	switch {
	case d.Check.At.IsZero():
		r.Status = DriftUnchecked
	case d.Check.Unknown != "" || d.Known == nil:
		r.Status = DriftUnknown
	case len(r.Resources) > 0:
		r.Status = DriftFound
	default:
		r.Status = DriftNone
	}
	return r
}
