package pipeline

import (
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// DefaultNumber is the run number's format when the file has no `name:`.
const DefaultNumber = "$(Date:yyyyMMdd)$(Rev:.r)"

// maxNumber is how many characters a run number may have.
const maxNumber = 255

// NumberInput is what the tokens of a run number stand for.
type NumberInput struct {
	Now            time.Time // for $(Date:...), $(Year:yyyy), $(Hours), ...
	BuildID        int
	DefinitionName string
	TeamProject    string
	Branch         string // refs/heads/main; $(SourceBranchName) is its last part
	// Revision gives the next revision, from 1, among the runs of this pipeline whose number is otherwise equal.
	// key is that number with the revision left out. It is called at most once, and not at all without a $(Rev:r).
	Revision func(key string) (int, error)
}

var (
	numberToken   = regexp.MustCompile(`\$\(([^()]*)\)`)
	revisionToken = regexp.MustCompile(`(?i)\$\(rev:([^()r]*)(r+)\)`)
)

// RunNumber expands the plan's number format. The error is a *ValidationError if the result is not allowed (one of
// " / : < > \ | ? @ *, a trailing dot, more than 255 characters), else it is Revision's.
func (p *Plan) RunNumber(in NumberInput) (string, error) {
	number := numberToken.ReplaceAllStringFunc(p.NumberText, func(token string) string {
		if revisionToken.MatchString(token) {
			return token
		}
		name := token[2 : len(token)-1]
		if text, ok := in.token(name); ok {
			return text
		}
		for i := len(p.Variables) - 1; i >= 0; i-- { // the later entry wins
			if strings.EqualFold(p.Variables[i].Name, name) && name != "" {
				return p.Variables[i].Value
			}
		}
		return token
	})
	if at := revisionToken.FindStringSubmatchIndex(number); at != nil {
		before, after := number[:at[0]], number[at[1]:]
		revision, err := in.Revision(before + after)
		if err != nil {
			return "", fmt.Errorf("number run %s: %w", before, err)
		}
		digits := strconv.Itoa(revision)
		if pad := at[5] - at[4] - len(digits); pad > 0 {
			digits = strings.Repeat("0", pad) + digits
		}
		number = before + number[at[2]:at[3]] + digits + after
	}
	if strings.ContainsAny(number, `"/:<>\|?@*`) || strings.HasSuffix(number, ".") || len([]rune(number)) > maxNumber || number == "" {
		return "", position{file: p.Path}.fail("The run number '%s' is not valid: it may not be empty, have more than %d characters, "+
			`end with a dot, or have one of " / : < > \ | ? @ *.`, number, maxNumber)
	}
	return number, nil
}

// token gives what a token other than the revision stands for.
func (in NumberInput) token(token string) (string, bool) {
	name, format, _ := strings.Cut(token, ":")
	switch strings.ToLower(name) {
	case "date":
		return formatDate(in.Now, format), true
	case "year":
		if format == "" {
			format = "yyyy"
		}
		return formatDate(in.Now, format), true
	case "month":
		return strconv.Itoa(int(in.Now.Month())), true
	case "dayofmonth":
		return strconv.Itoa(in.Now.Day()), true
	case "dayofyear":
		return strconv.Itoa(in.Now.YearDay()), true
	case "hours":
		return strconv.Itoa(in.Now.Hour()), true
	case "minutes":
		return strconv.Itoa(in.Now.Minute()), true
	case "seconds":
		return strconv.Itoa(in.Now.Second()), true
	case "buildid", "build.buildid":
		return strconv.Itoa(in.BuildID), true
	case "sourcebranchname", "build.sourcebranchname":
		return path.Base(in.Branch), true
	case "teamproject", "system.teamproject":
		return in.TeamProject, true
	case "builddefinitionname", "build.definitionname":
		return in.DefinitionName, true
	default:
		return "", false
	}
}

// dateParts are the custom .NET date formats that run numbers use, longest first.
var dateParts = []struct{ net, layout string }{
	{"yyyy", "2006"}, {"yy", "06"}, {"MMMM", "January"}, {"MMM", "Jan"}, {"MM", "01"}, {"M", "1"},
	{"dd", "02"}, {"d", "2"}, {"HH", "15"}, {"hh", "03"}, {"mm", "04"}, {"m", "4"}, {"ss", "05"}, {"s", "5"},
}

func formatDate(t time.Time, format string) string {
	if format == "" {
		format = "yyyyMMdd"
	}
	var b strings.Builder
next:
	for format != "" {
		for _, part := range dateParts {
			if strings.HasPrefix(format, part.net) {
				b.WriteString(t.Format(part.layout))
				format = format[len(part.net):]
				continue next
			}
		}
		b.WriteByte(format[0])
		format = format[1:]
	}
	return b.String()
}
