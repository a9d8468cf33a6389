package catalog

import (
	"errors"
	"regexp"
	"slices"
	"strconv"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

func (l *loader) environmentType(metadata, spec *fields, _ func(string) map[string]string) {
	t := platform.EnvironmentType{Name: l.item.Name, Version: l.item.Version, Title: metadata.need("title"), Description: metadata.text("description"), Region: spec.text("region")}
	t.Templates = spec.texts("templates", `must list the templates that may be used; ["*"] is all.`)
	if t.Region != "" && !regionPattern.MatchString(t.Region) {
		spec.refuse(spec.line("region"), "%q is not the name of a region; write it as westeurope.", t.Region)
	}
	t.Approvals, t.Budget, t.Drift = spec.approvals(), spec.budget(), spec.drift()
	t.Expiry, t.Calendar = spec.expiry(), spec.calendar("hibernate")
	l.catalog.environments.put(*l.item, t)
}

var regionPattern = regexp.MustCompile(`^[a-z0-9]{2,40}$`)

// maxApprovals bounds how many people one deployment can wait for.
const maxApprovals = 5

// maxApprovalDays bounds how long a deployment can wait for them.
const maxApprovalDays = 30

// approvers are the roles that an environment type may ask for.
var approvers = []platform.Role{platform.Approver, platform.TeamOwner, platform.PlatformAdmin}

func (f *fields) approvals() *platform.Approvals {
	if !f.has("approvals") {
		return nil
	}
	a := f.child("approvals", "count", "role", "notTheRequester", "days")
	out := platform.Approvals{Count: 1, Role: platform.Role(a.need("role")), NotTheRequester: true}
	if a.has("count") {
		n, err := strconv.Atoi(a.number("count"))
		if err != nil || n < 1 || n > maxApprovals {
			a.refuse(a.line("count"), "%s.count must be 1 to %d.", a.where, maxApprovals)
		}
		out.Count = n
	}
	if a.has("notTheRequester") {
		out.NotTheRequester = a.boolean("notTheRequester")
	}
	if a.has("days") {
		n, err := strconv.Atoi(a.number("days"))
		if err != nil || n < 1 || n > maxApprovalDays {
			a.refuse(a.line("days"), "%s.days must be 1 to %d.", a.where, maxApprovalDays)
		}
		out.Days = n
	}
	if out.Role != "" && !slices.Contains(approvers, out.Role) {
		a.refuse(a.line("role"), "There is no role %q that can approve; it is Approver, TeamOwner or PlatformAdmin.", out.Role)
	}
	return &out
}

func (f *fields) budget() *platform.Budget {
	if !f.has("budget") {
		return nil
	}
	b := f.child("budget", "monthly", "over")
	out := platform.Budget{Over: platform.OverRefuse}
	var ok bool
	if out.Monthly, ok = platform.ParseMoney(b.number("monthly")); !ok {
		b.refuse(b.line("monthly"), "%s.monthly must be an amount from zero on, with up to four digits after the point.", b.where)
	}
	if over := platform.OverBudget(b.text("over")); over == platform.OverApprove || over == platform.OverRefuse {
		out.Over = over
	} else if b.has("over") {
		b.refuse(b.line("over"), "%s.over must be approve or refuse.", b.where)
	}
	return &out
}

// number gives the text of a number; empty for anything else.
func (f *fields) number(name string) string {
	m, ok := f.members[name]
	if !ok || m.value.ShortTag() != "!!int" && m.value.ShortTag() != "!!float" {
		return ""
	}
	return m.value.Value
}

// boolean reads true or false.
func (f *fields) boolean(name string) bool {
	v, err := value(f.members[name].value, maxDepth)
	yes, ok := v.(bool)
	if err != nil || !ok {
		f.refuse(f.line(name), "%s.%s must be true or false.", f.where, name)
	}
	return yes
}

// maxMessage bounds what a person reads when a policy refuses.
const maxMessage = 500

func (l *loader) policy(metadata, spec *fields, _ func(string) map[string]string) {
	p := platform.Policy{Name: l.item.Name, Version: l.item.Version, Title: metadata.text("title"), Description: metadata.text("description"),
		When: spec.text("when"), Require: spec.need("require"), Message: spec.need("message")}
	if len(p.Message) > maxMessage {
		spec.refuse(spec.line("message"), "spec.message is longer than %d characters; nobody will read it.", maxMessage)
	}
	if l.CompilePolicy != nil && p.Require != "" {
		program, err := l.CompilePolicy(p)
		var fault *platform.PolicyError
		switch {
		case errors.As(err, &fault):
			spec.refuse(spec.line(fault.Field), "spec.%s: %s", fault.Field, fault.Message)
		case err != nil:
			spec.refuse(spec.node.Line, "The policy cannot be compiled: %v.", err)
		}
		p.Program = program
	}
	l.catalog.policies.put(*l.item, p)
}
