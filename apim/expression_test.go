package apim_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// expressionsOf are the expressions within a value, and what is wrong with how they are written.
func expressionsOf(value string) (expressions, wrong []string) {
	value = strings.TrimSpace(value)
	switch {
	case strings.HasPrefix(value, "@(") || strings.HasPrefix(value, "@{"):
		end, err := closing(value[1:])
		if err != nil {
			return nil, []string{err.Error()}
		}
		if rest := value[1+end:]; strings.TrimSpace(rest) != "" {
			return nil, []string{fmt.Sprintf("%q follows an expression", rest)}
		}
		code := value[2:end]
		if strings.HasPrefix(value, "@{") != strings.Contains(code, "return ") {
			return nil, []string{"@(…) is an expression, and only @{…} has statements that return"}
		}
		return []string{code}, nil
	case strings.Contains(value, "@("), strings.Contains(value, "@{"):
		return nil, []string{fmt.Sprintf("an expression is the whole of a value, in %q it is a part", value)}
	}
	return nil, nil
}

// closing is where the bracket that text begins with closes, after it; strings and characters of C# may hold any bracket.
func closing(text string) (int, error) {
	var open []byte
	quoted := false
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case strings.IndexByte("([{", c) >= 0:
			open = append(open, c)
		case strings.IndexByte(")]}", c) >= 0:
			if len(open) == 0 || strings.IndexByte("([{", open[len(open)-1]) != strings.IndexByte(")]}", c) {
				return 0, fmt.Errorf("%q closes what is not open", text[:i+1])
			}
			if open = open[:len(open)-1]; len(open) == 0 {
				return i + 1, nil
			}
		}
	}
	return 0, fmt.Errorf("%q does not end", text)
}

// fromRequest are the parts of a request that expressions read, each with the one place in the policies where it may matter.
var fromRequest = map[string]func(e *element) bool{
	// It is matched before it is used.
	`Headers.GetValueOrDefault("X-Ms-Request-Id", "")`: func(e *element) bool { return e.attribute("name") == "request-id" },
	// Taken over only after it was verified, into the header from which the handler verifies it again.
	`Headers.GetValueOrDefault("Authorization", "")`: func(e *element) bool { return e.name == "value" },
	// Numbers and whether something is there.
	`Headers.GetValueOrDefault("Content-Length", "0")`: func(e *element) bool { return e.name == "when" },
	`Headers.ContainsKey("Transfer-Encoding")`:         func(e *element) bool { return e.name == "when" },
	// What the gateway itself sees.
	`IpAddress`: func(e *element) bool { return e.name == "value" || e.name == "rate-limit-by-key" },
}

var requestPart = regexp.MustCompile(`context\.Request\.((?:Headers\.\w+\([^()]*\))|\w+(?:\.\w+)*)`)

// checkExpression says what an expression may not do: read of the request what nobody has thought about, quote an error, or use types
// that the gateway does not let it use.
func checkExpression(e *element, code string) []string {
	var found []string
	for _, match := range requestPart.FindAllStringSubmatch(code, -1) {
		if allowed, known := fromRequest[match[1]]; !known || !allowed(e) {
			found = append(found, fmt.Sprintf("%s reads %s of the request", e.name, match[1]))
		}
	}
	if strings.Contains(code, "LastError.Message") {
		found = append(found, "LastError.Message quotes the request")
	}
	if rest := requestPart.ReplaceAllString(code, ""); strings.Contains(rest, "context.Request.") || strings.Contains(rest, "context.Request,") {
		found = append(found, "it reads the request in a way that is not understood")
	}
	for _, match := range typeName.FindAllString(code, -1) {
		if !slices.Contains(allowedTypes, match) {
			found = append(found, match+" is no type that expressions may use")
		}
	}
	return found
}

var typeName = regexp.MustCompile(`System(?:\.[A-Z]\w+)+|\bnew [A-Z]\w+|\([A-Z]\w+\)`)

// allowedTypes is the part that we use of the list in learn.microsoft.com/azure/api-management/api-management-policy-expressions.
var allowedTypes = []string{
	"System.Text.RegularExpressions.Regex.IsMatch", "System.Text.RegularExpressions.Regex.Replace", "new JObject", "new JProperty", "(Jwt)",
}
