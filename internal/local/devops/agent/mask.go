package agent

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// masker replaces secrets by *** in everything that is stored. Secrets are only ever added.
type masker struct {
	mu      sync.RWMutex
	secrets map[string]bool
}

// shortestLine is how long a line of a multi-line secret must be to be masked by itself: masking every "}" of a key in
// JSON would make logs unreadable and hide nothing.
const shortestLine = 4

// add registers a secret in all the forms in which tools print it: as it is, URL-encoded, base64, escaped for JSON, and
// line by line.
func (m *masker) add(secret string) {
	if strings.TrimSpace(secret) == "" {
		return
	}
	forms := []string{
		secret, url.QueryEscape(secret), url.PathEscape(secret),
		base64.StdEncoding.EncodeToString([]byte(secret)), base64.URLEncoding.EncodeToString([]byte(secret)),
	}
	if quoted, err := json.Marshal(secret); err == nil {
		forms = append(forms, string(quoted[1:len(quoted)-1]))
	}
	if trimmed := strings.TrimSpace(secret); trimmed != secret {
		forms = append(forms, trimmed)
	}
	if lines := strings.Split(secret, "\n"); len(lines) > 1 {
		for _, line := range lines {
			if line = strings.TrimSpace(line); len(line) >= shortestLine {
				forms = append(forms, line)
			}
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.secrets == nil {
		m.secrets = map[string]bool{}
	}
	for _, f := range forms {
		m.secrets[f] = true
	}
}

// mask replaces every stretch of text that is covered by secrets, also by overlapping ones.
func (m *masker) mask(text string) string {
	m.mu.RLock()
	defer m.mu.RUnlock()
	type span struct{ from, to int }
	var found []span
	for secret := range m.secrets {
		for at := 0; ; {
			i := strings.Index(text[at:], secret)
			if i < 0 {
				break
			}
			found = append(found, span{at + i, at + i + len(secret)})
			at += i + 1
		}
	}
	if len(found) == 0 {
		return text
	}
	slices.SortFunc(found, func(a, b span) int { return a.from - b.from })
	var b strings.Builder
	at := 0
	for i := 0; i < len(found); {
		from, to := found[i].from, found[i].to
		for i++; i < len(found) && found[i].from < to; i++ {
			to = max(to, found[i].to)
		}
		b.WriteString(text[at:from])
		b.WriteString("***")
		at = to
	}
	b.WriteString(text[at:])
	return b.String()
}
