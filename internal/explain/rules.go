package explain

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

//go:embed rules/*.yaml
var shipped embed.FS

// Rule is a kind of failure, as the data file tells it.
type Rule struct {
	// ID is a name that programs may rely on: it never changes its meaning.
	ID string `yaml:"id"`
	// Codes restricts the rule to errors with one of these codes. Without Patterns the code alone decides.
	Codes []string `yaml:"codes"`
	// Patterns are regular expressions (RE2); one that matches is enough. They see text whose white space, line breaks included,
	// is single blanks: engines wrap their lines anywhere.
	Patterns []string `yaml:"patterns"`
	// Cause is the sentence that a person reads. {name|words} is what the group (?P<name>…) of the pattern matched, or else the words.
	Cause string `yaml:"cause"`
	// WhoFixes can do what Action says.
	WhoFixes platform.Fixer `yaml:"whoFixes"`
	// Action is the next step. It may use groups as Cause does.
	Action string `yaml:"action"`
	// Retry says whether the same is worth another try.
	Retry platform.Retry `yaml:"retry"`

	patterns []*regexp.Regexp
}

// Rules explains by rules. It is safe for concurrent use.
type Rules struct{ rules []Rule }

// Shipped reads the rules of this package.
func Shipped() (*Rules, error) {
	files, err := fs.Sub(shipped, "rules")
	if err != nil {
		return nil, fmt.Errorf("find the rules: %w", err)
	}
	return Load(files)
}

// Load reads rules from the *.yaml files of a folder. It refuses what it does not understand to the letter, and says all of it.
func Load(folder fs.FS) (*Rules, error) {
	names, err := fs.Glob(folder, "*.yaml")
	if err != nil {
		return nil, fmt.Errorf("list the rules: %w", err)
	}
	slices.Sort(names)
	var all Rules
	var problems []error
	known := map[string]string{}
	for _, name := range names {
		raw, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, fmt.Errorf("read rules: %w", err)
		}
		var file struct {
			Rules []Rule `yaml:"rules"`
		}
		if err := yaml.Load(raw, &file, yaml.WithKnownFields()); err != nil {
			problems = append(problems, fmt.Errorf("rules of %s: %w", name, err))
			continue
		}
		for _, rule := range file.Rules {
			if other, twice := known[rule.ID]; twice {
				problems = append(problems, fmt.Errorf("rule %s of %s: the id is taken in %s", rule.ID, name, other))
			}
			known[rule.ID] = name
			if err := rule.compile(); err != nil {
				problems = append(problems, fmt.Errorf("rule %q of %s: %w", rule.ID, name, err))
			}
			all.rules = append(all.rules, rule)
		}
	}
	if len(all.rules) == 0 && len(problems) == 0 {
		problems = append(problems, errors.New("there are no rules to explain failures by"))
	}
	return &all, errors.Join(problems...)
}

// IDs lists the rules in the order in which they are tried.
func (r *Rules) IDs() []string {
	ids := make([]string, len(r.rules))
	for i, rule := range r.rules {
		ids[i] = rule.ID
	}
	return ids
}

var (
	idForm = regexp.MustCompile(`^[A-Z][A-Za-z0-9]{2,59}$`)
	// place is {name|words} in a sentence; brace is any other brace, which is a slip.
	place = regexp.MustCompile(`\{([a-z][A-Za-z0-9]*)\|([^{}|]+)\}`)
	brace = regexp.MustCompile(`[{}]`)
)

// compile checks a rule and makes it ready.
func (r *Rule) compile() error {
	var problems []error
	wrong := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	if !idForm.MatchString(r.ID) {
		wrong("an id is words like QuotaExceeded")
	}
	if len(r.Patterns) == 0 && len(r.Codes) == 0 {
		wrong("it has neither patterns nor codes, so it says nothing")
	}
	if !slices.Contains([]platform.Fixer{platform.ByRequester, platform.ByProjectOwner, platform.ByPlatformTeam, platform.ByNobody}, r.WhoFixes) {
		wrong("whoFixes is requester, projectOwner, platformTeam or nobody, not %q", r.WhoFixes)
	}
	if !slices.Contains([]platform.Retry{platform.RetryAsIs, platform.RetryAfterChange, platform.RetryNo}, r.Retry) {
		wrong(`retry is asIs, afterChange or "no", not %q`, r.Retry)
	}
	used := map[string]bool{}
	for name, sentence := range map[string]string{"cause": r.Cause, "action": r.Action} {
		if !strings.HasSuffix(sentence, ".") || strings.TrimSpace(sentence) != sentence {
			wrong("%s is a sentence that ends with a full stop", name)
		}
		if brace.MatchString(place.ReplaceAllString(sentence, "")) {
			wrong("%s has a brace that is not {name|words for when it is not known}", name)
		}
		for _, m := range place.FindAllStringSubmatch(sentence, -1) {
			used[m[1]] = true
		}
	}
	problems = append(problems, r.compilePatterns(used)...)
	return errors.Join(problems...)
}

// compilePatterns sees to it that every group has a use and every use a group.
func (r *Rule) compilePatterns(used map[string]bool) []error {
	var problems []error
	captured := map[string]bool{}
	for _, pattern := range r.Patterns {
		re, err := regexp.Compile(pattern)
		if err != nil {
			problems = append(problems, fmt.Errorf("pattern %q: %w", pattern, err))
			continue
		}
		if re.MatchString("") {
			problems = append(problems, fmt.Errorf("pattern %q matches nothing at all, so it would match everything", pattern))
		}
		for i, name := range re.SubexpNames() {
			switch {
			case i == 0:
			case name == "":
				problems = append(problems, fmt.Errorf("pattern %q has a group without a name: write (?:…)", pattern))
			case !used[name]:
				problems = append(problems, fmt.Errorf("pattern %q captures %q, which no sentence uses", pattern, name))
			}
			captured[name] = true
		}
		r.patterns = append(r.patterns, re)
	}
	for name := range used {
		if !captured[name] {
			problems = append(problems, fmt.Errorf("a sentence uses {%s|…}, which no pattern captures", name))
		}
	}
	return problems
}
