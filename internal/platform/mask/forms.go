package mask

import "regexp"

var (
	keyBegin = regexp.MustCompile(`-----BEGIN [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----`)
	keyEnd   = regexp.MustCompile(`-----END [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----`)
	// wholeKey is a key in one line, as JSON holds it.
	wholeKey = regexp.MustCompile(`-----BEGIN [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----.*?-----END [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----`)
	// keyLine is what stands between both: Base64, a header, nothing; perhaps in a tool's frame or in quotes.
	keyLine     = regexp.MustCompile(`^[\s│|"'+]*([A-Za-z0-9+/=*_-]*|[A-Z][A-Za-z-]+: \S.*)(\\n)?[\s"',]*$`)
	bareKey     = regexp.MustCompile(`^[\s│|]*[A-Za-z0-9+/]{64}\s*$`)
	hexadecimal = regexp.MustCompile(`^[\s│|]*[0-9a-fA-F]+\s*$`)
)

const (
	// names end the names of things that are secret, whatever stands before.
	names = `password|passwd|passphrase|pwd|secrets?|account_?key|shared_?access_?key|access_?key|private_?key|api_?key|[_-]key|[_-]pass|` +
		`connection_?string|client_?assertion|kube_?config(?:_raw)?`
	// tokens also stand before a colon in sentences: "failed to get token: AADSTS…".
	tokens = `token|signature|cookie`
	quoted = `"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|\\+"(?:[^"\\\n]|\\+[^"\\\n])*(?:\\+")?`
)

// forms are the shapes of secrets, each with what is left of it.
var forms = []func(string) string{
	hide(`([A-Za-z][A-Za-z0-9+.-]*://[^\s/:@"']*:)([^\s"']+)@`),                                                        // postgres://user:password@host
	hide(`(\bhttps?://)([^\s/:@"'*]{20,})@`),                                                                           // https://token@dev.azure.com
	hide(`(?i)((?:` + names + `)\\*["']?\s*(?:=>|[:=])\s*)(` + quoted + `|[^\s;"']+)`),                                 // Password=…;  "password": "…"
	hide(`(?i)((?:` + tokens + `)\\*["']?\s*=\s*)(` + quoted + `|[^\s;&"']+)`),                                         // TOKEN=…
	hide(`(?i)((?:` + tokens + `)\\*["']\s*:\s*)(` + quoted + `)`),                                                     // "access_token": "…"
	hide(`(?i)((?:` + tokens + `)\s*:\s*)([A-Za-z0-9._~+/=-]{24,})`),                                                   // token: eW91…
	hide(`(?i)(\b(?:sig|pat|sas)=)([^\s;&"']+)`),                                                                       // a shared access signature
	hide(`(?i)(\bauthorization\\*["']?\s*[:=]\s*\\*["']?(?:(?:bearer|basic|negotiate|shared[a-z]+)\s+)?)([^\s"',;]+)`), // a header
	hide(`(?i)(\bbearer\s+)([A-Za-z0-9._~+/=-]{16,})`),
	hide(`(?i)((?:^|[\s"'])--?[a-z-]*(?:password|secret|token|passphrase|-key)\s+)(` + quoted + `|[^\s"'-][^\s"']*)`), // --password …
	hide(`()(\beyJ[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]*){0,4})`),                                                      // a JSON Web Token
	hide(`()(\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|xox[abp]-[A-Za-z0-9-]{10,}))`),
	hide(`()([A-Za-z0-9_.~-]{3}\dQ~[A-Za-z0-9_.~-]{31,})`), // a client secret of Entra ID
	hide(`()([A-Za-z0-9+/]{86}==)`),                        // a key of a storage account
	hide(`((?:^|[^A-Za-z0-9+/:]))([A-Za-z0-9+/]{43}=)`),    // a key of a Service Bus namespace
}

// harmless are values that are no secret; hiding them would hide why something failed.
var harmless = regexp.MustCompile(`^(?:\*\*\*|\(sensitive|null|true|false)?$`)

// hide makes the form of a pattern with two groups: what stays, and the secret, whose quotes stay.
func hide(pattern string) func(string) string {
	re := regexp.MustCompile(pattern)
	return func(text string) string {
		var out []byte
		last := 0
		for _, at := range re.FindAllStringSubmatchIndex(text, -1) {
			out = append(append(out, text[last:at[4]]...), hidden(text[at[4]:at[5]])...)
			last = at[5]
		}
		return string(append(out, text[last:]...))
	}
}

var quotes = regexp.MustCompile(`^(\\*["'])((?s:.*?))(\\*["'])?$`)

func hidden(secret string) string {
	before, after := "", ""
	if m := quotes.FindStringSubmatch(secret); m != nil {
		before, secret, after = m[1], m[2], m[3]
	}
	if harmless.MatchString(secret) {
		return before + secret + after
	}
	return before + Hidden + after
}
