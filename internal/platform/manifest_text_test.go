package platform_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// hostileTexts are texts that mean something to one of the languages that they could fall into the hands of.
var hostileTexts = []string{
	`'; drop table x; --`, `' or PartitionKey ne '`, `${1+1}`, `$${1+1}`, `$$${1+1}`, `%{if true}x%{endif}`, `%%{x}`, `$(whoami)`, "`id`",
	`${{ variables }}`, `$(System.AccessToken)`, `$[variables.x]`, `##vso[task.setvariable variable=a]b`, `##vso[task.complete result=Succeeded]`,
	`##[section]`, `"; rm -rf / #`, `$env:PATH`, `@(Get-ChildItem)`, `<script>`, `{{7*7}}`, `../../x`, "\x00", "\r\n", "\x1b[31m", "\u202eabc", "\u2028",
	strings.Repeat("a", 64<<10), "🙂", `-rf`, `--help`, `=cmd|' /C calc'!A0`, `CON`, `NUL`, `.terraform`, `con.tf`,
	`${parameters.title}`, `${resources.db.outputs.url}`, `${context.project}`, `${values.LOG_LEVEL}`, `$`, `$$`, `${`, `{`, `}`, ``, `"`, `\`, `"}`, `${var.r_db.text[0]}`,
	`${file("/etc/passwd")}`, `null`, `true`, `1e400`, "a\nb = 1", "\ufeff", "é", "e\u0301",
}

func literal(text string) platform.Segment {
	return platform.Segment{Kind: platform.LiteralText, Text: text}
}

func TestParseText(t *testing.T) {
	db := platform.Segment{Kind: platform.OutputReference, Alias: "db", Name: "url"}
	title := platform.Segment{Kind: platform.ParameterReference, Name: "title"}
	for text, want := range map[string][]platform.Segment{
		"":                                   nil,
		"plain":                              {literal("plain")},
		"${resources.db.outputs.url}":        {db},
		"a ${resources.db.outputs.url} b":    {literal("a "), db, literal(" b")},
		"${parameters.title}":                {title},
		"${context.type}":                    {{Kind: platform.ContextReference, Name: "type"}},
		"${values.LOG_LEVEL}":                {{Kind: platform.ValueReference, Name: "LOG_LEVEL"}},
		"$${values.x}${values._x}":           {literal("${values.x}"), {Kind: platform.ValueReference, Name: "_x"}},
		"$${parameters.title}":               {literal("${parameters.title}")},
		"$$${parameters.title}":              {literal("$"), title},
		"$$$${x}":                            {literal("$${x}")},
		"$":                                  {literal("$")},
		"$$":                                 {literal("$$")},
		"costs $5 {net}":                     {literal("costs $5 {net}")},
		"%{if true}":                         {literal("%{if true}")},
		"}${parameters.title}{":              {literal("}"), title, literal("{")},
		"${parameters.title}${context.type}": {title, {Kind: platform.ContextReference, Name: "type"}},
	} {
		got, err := platform.ParseText(text)
		if err != nil {
			t.Errorf("%q is refused: %v", text, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func TestParseText_refuses(t *testing.T) {
	for _, text := range []string{
		"${", "${}", "${1+1}", "${{ variables }}", "${parameters}", "${parameters.}", "${parameters.a.b}", "${parameters.a b}", "${ parameters.a }",
		"${context.secret}", "${context.project.x}", "${values}", "${values.}", "${values.1}", "${values.a-b}", "${values.a.b}",
		"${values." + strings.Repeat("a", 101) + "}", "${values.é}", "${resources.db.url}", "${resources.DB.outputs.url}", "${resources.db.outputs.a-b}",
		"${resources." + strings.Repeat("a", 41) + ".outputs.url}", "${project.subscription}", "ok ${parameters.a} then ${", "$${x} ${y}", "${parameters.${parameters.a}}",
	} {
		if segments, err := platform.ParseText(text); err == nil {
			t.Errorf("%q is taken as %v", text, segments)
		}
	}
}

func TestFormatText_anyLiteralBesideAnyPlaceholder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.SampledFrom(hostileTexts), rapid.StringOf(rapid.RuneFrom([]rune("${}%.a"))), rapid.String())
		segment := rapid.OneOf(
			rapid.Map(text, literal),
			rapid.Just(platform.Segment{Kind: platform.ParameterReference, Name: "title"}),
			rapid.Just(platform.Segment{Kind: platform.OutputReference, Alias: "db", Name: "url"}),
			rapid.Just(platform.Segment{Kind: platform.ContextReference, Name: "project"}),
			rapid.Just(platform.Segment{Kind: platform.ValueReference, Name: "LOG_LEVEL"}),
		)
		segments := rapid.SliceOfN(segment, 0, 5).Draw(t, "segments")
		got, err := platform.ParseText(platform.FormatText(segments))
		if err != nil {
			t.Fatalf("%q is refused: %v", platform.FormatText(segments), err)
		}
		if diff := cmp.Diff(merged(segments), got); diff != "" {
			t.Fatalf("%q (-want +got):\n%s", platform.FormatText(segments), diff)
		}
	})
}

// merged joins neighbouring literals and leaves out empty ones.
func merged(segments []platform.Segment) []platform.Segment {
	var out []platform.Segment
	for _, s := range segments {
		last := len(out) - 1
		switch {
		case s.Kind == platform.LiteralText && s.Text == "":
		case s.Kind == platform.LiteralText && last >= 0 && out[last].Kind == platform.LiteralText:
			out[last].Text += s.Text
		default:
			out = append(out, s)
		}
	}
	return out
}

func FuzzParseText(f *testing.F) {
	for _, text := range hostileTexts {
		if len(text) < 1000 {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		literalAgain, err := platform.ParseText(platform.FormatText([]platform.Segment{literal(text)}))
		if err != nil {
			t.Fatalf("the literal %q is refused: %v", text, err)
		}
		if diff := cmp.Diff(merged([]platform.Segment{literal(text)}), literalAgain); diff != "" {
			t.Fatalf("the literal %q changes (-want +got):\n%s", text, diff)
		}
		segments, err := platform.ParseText(text)
		if err != nil {
			return
		}
		again, err := platform.ParseText(platform.FormatText(segments))
		if diff := cmp.Diff(segments, again); err != nil || diff != "" {
			t.Fatalf("%q changes when it is written again: %v\n%s", text, err, diff)
		}
	})
}
