package platform

import "regexp"

var (
	namePattern        = regexp.MustCompile(`^[a-z][a-z0-9-]{0,61}[a-z0-9]$`)
	operationIDPattern = regexp.MustCompile(`^[0-9A-Za-z-]{26,36}$`)
	principalPattern   = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)
	runPattern         = regexp.MustCompile(`^[0-9]{1,18}$`)
	rolePattern        = regexp.MustCompile(`^[A-Z][A-Za-z0-9]{1,62}$`)
)

// ValidName reports whether s may name a project, environment, resource or anything else that people name:
// 2 to 63 of a-z, 0-9 and dash, from a letter on and not ending in a dash. Such a name needs no escaping in a URL,
// a Table Storage key, a Terraform name or an Azure resource name.
func ValidName(s string) bool { return namePattern.MatchString(s) }

// ValidOperationID reports whether s may name an operation: a ULID, a UUID, or the like.
func ValidOperationID(s string) bool { return operationIDPattern.MatchString(s) }

// ValidPrincipal reports whether s can be the object id of a user or an application.
func ValidPrincipal(s string) bool { return principalPattern.MatchString(s) }

// ValidRun reports whether s can be the id of a pipeline run.
func ValidRun(s string) bool { return runPattern.MatchString(s) }

func checkName(what, s string) error {
	if ValidName(s) {
		return nil
	}
	return Errorf(Invalid, "%q cannot be the name of %s.", clip(s, 80), what).
		Do("Use 2 to 63 lower-case letters, digits and dashes, beginning with a letter and not ending in a dash.")
}

// clip keeps text from a request short enough for a sentence.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	r := []rune(s)
	return string(r[:min(n, len(r))]) + "…"
}
