package tablestore

import (
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

type storedNeed struct {
	Count           int      `json:"count"`
	Role            string   `json:"role"`
	NotTheRequester bool     `json:"notTheRequester,omitempty"`
	Days            int      `json:"days,omitempty"`
	Reasons         []string `json:"reasons,omitempty"`
}

func encodeNeed(n platform.ApprovalNeed) storedNeed {
	return storedNeed{n.Count, string(n.Role), n.NotTheRequester, n.Days, n.Reasons}
}

func decodeNeed(n storedNeed) platform.ApprovalNeed {
	return platform.ApprovalNeed{Reasons: n.Reasons,
		Approvals: platform.Approvals{Count: n.Count, Role: platform.Role(n.Role), NotTheRequester: n.NotTheRequester, Days: n.Days}}
}

type storedDecision struct {
	By       string            `json:"by"`
	At       time.Time         `json:"at"`
	Approved bool              `json:"approved,omitempty"`
	Comment  string            `json:"comment,omitempty"`
	Plan     string            `json:"plan"`
	As       []storedPrincipal `json:"as,omitempty"`
	Roles    []platform.Role   `json:"roles,omitempty"`
	Lapsed   string            `json:"lapsed,omitempty"`
}

type storedPrincipal struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
}

func encodeDecision(d platform.ApprovalDecision) storedDecision {
	as := mapped(d.As, func(p platform.Principal) storedPrincipal { return storedPrincipal{string(p.Kind), p.ID} })
	return storedDecision{d.By, stored(d.At), d.Approved, d.Comment, d.Plan, as, d.Roles, d.Lapsed}
}

func decodeDecision(d storedDecision) platform.ApprovalDecision {
	as := mapped(d.As, func(p storedPrincipal) platform.Principal {
		return platform.Principal{Kind: platform.PrincipalKind(p.Kind), ID: p.ID}
	})
	return platform.ApprovalDecision{By: d.By, At: d.At, Approved: d.Approved, Comment: d.Comment, Plan: d.Plan, As: as, Roles: d.Roles, Lapsed: d.Lapsed}
}

// storedAsker is who asked for a deployment, as policies see him.
type storedAsker struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
	App  bool   `json:"app,omitempty"`
}

// storedAdopted is a property that a deployment leaves as it was found.
type storedAdopted struct {
	Address  string `json:"address"`
	Property string `json:"property"`
	Alias    string `json:"alias"`
	Input    string `json:"input"`
}
