package platform

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"time"
)

func eventID(operation string, sequence int) string {
	return fmt.Sprintf("%s.%06d", operation, sequence)
}

func projectSubject(project string) string { return "projects/" + project }

func subjectOf(project, environment string) string {
	return "projects/" + project + "/environments/" + environment
}

func targetOf(project, environment string) string { return "/" + subjectOf(project, environment) }

func sessionOf(project, environment string) string { return project + "/" + environment }

// wakeID names a message that only asks for another look. Looks at the same second are one message to the broker, which drops
// an id that it has seen: so two chains of looks at one operation become one again. A look at once is named by what was learnt.
func wakeID(op Operation, kind string, at, now time.Time) string {
	if !at.After(now) {
		return fmt.Sprintf("%s.%s.r%d", op.ID, kind, op.Revision)
	}
	return fmt.Sprintf("%s.%s.%d", op.ID, kind, at.Unix())
}

// runSecret is what a run must show after its claim. It follows from the key, so that the same run asking again gets the
// same answer and nothing secret is stored.
func runSecret(key []byte, operation, run string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("run|" + operation + "|" + run))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// planKey seals the plan of an operation, for all of its runs: 32 bytes.
func planKey(key []byte, operation string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("plan|" + operation))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func digestOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
