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
	By       string    `json:"by"`
	At       time.Time `json:"at"`
	Approved bool      `json:"approved,omitempty"`
	Comment  string    `json:"comment,omitempty"`
	Plan     string    `json:"plan"`
}

func encodeDecision(d platform.ApprovalDecision) storedDecision {
	return storedDecision{d.By, stored(d.At), d.Approved, d.Comment, d.Plan}
}

func decodeDecision(d storedDecision) platform.ApprovalDecision {
	return platform.ApprovalDecision{By: d.By, At: d.At, Approved: d.Approved, Comment: d.Comment, Plan: d.Plan}
}
