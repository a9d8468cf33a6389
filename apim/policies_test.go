// Package apim_test holds what API Management is given to what it takes, to the contract and to the handler.
package apim_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// documents are the policies as they are sent: name → text, the groups' with a size in its place.
func documents(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, pattern := range []string{"policies/*.xml", "policies/*/*.xml"} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			name := strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(path), "policies/"), ".xml")
			found[name] = strings.ReplaceAll(string(text), "${max_body}", "65536")
		}
	}
	if len(found) < 10 {
		t.Fatalf("there are %d policies", len(found))
	}
	return found
}

func mustParse(t *testing.T, text string) *element {
	t.Helper()
	root, err := parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// check is all that can be said of one document alone.
func check(text string) []string {
	root, err := parse(text)
	if err != nil {
		return []string{err.Error()}
	}
	found := checkDocument(root)
	root.all(func(e *element) {
		values := map[string]string{"": e.text}
		for _, a := range e.attributes {
			values[a.Name.Local] = a.Value
		}
		for name, value := range values {
			expressions, wrong := expressionsOf(value)
			found = append(found, wrong...)
			if len(expressions) > 0 && name != "" && slices.Contains(literal[e.name], name) {
				found = append(found, fmt.Sprintf("%s of %s takes no expression", name, e.name))
			}
			for _, code := range expressions {
				found = append(found, checkExpression(e, code)...)
			}
		}
	})
	return found
}

func TestPolicies(t *testing.T) {
	for name, text := range documents(t) {
		t.Run(name, func(t *testing.T) {
			for _, wrong := range check(text) {
				t.Error(wrong)
			}
			if strings.Contains(text, "${") || strings.Contains(text, "%{") {
				t.Error("Terraform would take a part of it for its own")
			}
			root := mustParse(t, text)
			root.all(func(e *element) {
				if r := rules[e.name]; (r.dedicated || r.classic) && !strings.HasPrefix(name, "fragments/limit-") {
					t.Errorf("not every tier knows %s: it belongs in a fragment that infra/platform chooses by tier", e.name)
				}
			})
		})
	}
}

// The check finds what API Management would refuse, and what it should never be given.
func TestPolicies_badOnes(t *testing.T) {
	whole := func(inbound string) string {
		return "<policies><inbound><base />" + inbound + "</inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>"
	}
	if wrong := check(whole("")); len(wrong) > 0 {
		t.Fatalf("the plainest policy is called wrong: %v", wrong)
	}
	for name, test := range map[string]struct{ text, says string }{
		"not XML":                  {"<policies><inbound></policies>", "closed by"},
		"an entity":                {whole(`<set-variable name="a" value="@(1 &lt; 2)" />`), "&"},
		"sections out of order":    {"<policies><backend><base /></backend><inbound><base /></inbound><outbound /><on-error /></policies>", "sections"},
		"two policies in backend":  {strings.Replace(whole(""), "<backend><base />", "<backend><base /><forward-request />", 1), "exactly one"},
		"unknown element":          {whole(`<validate-token />`), "validate-token"},
		"element of other section": {whole(`<forward-request timeout="3" />`), "forward-request"},
		"status in inbound":        {whole(`<set-status code="200" reason="OK" />`), "set-status"},
		"unknown attribute":        {whole(`<set-header name="a" exists="override"><value>b</value></set-header>`), "exists"},
		"missing attribute":        {whole(`<set-variable name="a" />`), "value"},
		"children out of order":    {whole(`<return-response><set-body>a</set-body><set-status code="200" reason="OK" /></return-response>`), "too late"},
		"unknown child":            {whole(`<choose><if condition="@(true)" /></choose>`), "if"},
		"missing child":            {whole(`<validate-jwt header-name="Authorization"><openid-config url="https://x" /></validate-jwt>`), "audiences"},
		"twice":                    {whole(`<quota calls="1" renewal-period="1" /><quota calls="1" renewal-period="1" />`), "twice"},
		"text where there is none": {whole(`<set-variable name="a" value="b">c</set-variable>`), "holds"},
		"nothing where text is":    {whole(`<set-header name="a" exists-action="append"><value></value></set-header>`), "value"},
		"fragment with base":       {`<fragment><base /></fragment>`, "neither"},
		"fragment in a fragment":   {`<fragment><include-fragment fragment-id="a" /></fragment>`, "neither"},
		"open bracket":             {whole(`<set-variable name="a" value="@((1)" />`), "does not end"},
		"wrong bracket":            {whole(`<set-variable name="a" value="@(a[0)" />`), "closes"},
		"half an expression":       {whole(`<set-variable name="a" value="x @(1)" />`), "whole of a value"},
		"more than an expression":  {whole(`<set-variable name="a" value="@(1) x" />`), "follows"},
		"statements in ()":         {whole(`<set-variable name="a" value="@(return 1)" />`), "statements"},
		"expression in a name":     {whole(`<include-fragment fragment-id="@(context.Api.Id)" />`), "takes no expression"},
		"backend by the request":   {whole(`<set-backend-service base-url='@(context.Request.Headers.GetValueOrDefault("Host", ""))' />`), "of the request"},
		"address in a header":      {whole(`<set-header name="a" exists-action="override"><value>@(context.Request.OriginalUrl.ToString())</value></set-header>`), "of the request"},
		"body in an answer":        {whole(`<return-response><set-body>@(context.Request.Body.As<string>())</set-body></return-response>`), "element"},
		"request handed on":        {whole(`<set-variable name="a" value="@(string.Join(context.Request, 1))" />`), "not understood"},
		"message of an error":      {whole(`<set-variable name="a" value="@(context.LastError.Message)" />`), "quotes"},
		"a type that is refused":   {whole(`<set-variable name="a" value='@(System.IO.File.ReadAllText("a"))' />`), "System.IO"},
	} {
		t.Run(name, func(t *testing.T) {
			wrong := strings.Join(check(test.text), "\n")
			if !strings.Contains(wrong, test.says) {
				t.Errorf("got %q, want it to say %q", wrong, test.says)
			}
		})
	}
}

// A variable is read only where an element before it may have set it.
func TestPolicies_variables(t *testing.T) {
	read := regexp.MustCompile(`context\.Variables\[?(?:\.ContainsKey\()?"([\w-]+)"`)
	set, used := map[string]bool{}, map[string]string{}
	for name, text := range documents(t) {
		mustParse(t, text).all(func(e *element) {
			if e.name == "set-variable" {
				set[e.attribute("name")] = true
			}
			for _, attribute := range []string{"output-token-variable-name", "retry-after-variable-name"} {
				set[e.attribute(attribute)] = true
			}
		})
		for _, match := range read.FindAllStringSubmatch(text, -1) {
			used[match[1]] = name
		}
	}
	for variable, name := range used {
		if !set[variable] {
			t.Errorf("%s reads %q, which nothing sets", name, variable)
		}
	}
}

// The gateway's own problems say what the contract says, and answer before they go on.
func TestPolicies_problems(t *testing.T) {
	// Status by code, as internal/httpapi answers; Internal is 503 too where the handler does not answer at all.
	status := map[string][]string{
		"NotFound": {"404"}, "Unauthenticated": {"401"}, "Forbidden": {"403"}, "TooManyRequests": {"429"}, "ValidationFailed": {"400"}, "BodyTooLarge": {"413"},
		"IdentityUnavailable": {"503"}, "Internal": {"500", "503"},
	}
	codes := problemCodes(t)
	problems := 0
	for name, text := range documents(t) {
		mustParse(t, text).all(func(e *element) {
			values := map[string]string{}
			for _, child := range e.children {
				if part, ok := strings.CutPrefix(child.attribute("name"), "problem-"); ok && child.name == "set-variable" {
					values[part] = child.attribute("value")
				}
			}
			if len(values) == 0 {
				return
			}
			problems++
			code := values["code"]
			if !slices.Contains(codes, code) {
				t.Errorf("%s: the contract has no code %q", name, code)
			}
			if s := strings.TrimSuffix(strings.TrimPrefix(values["status"], "@("), ")"); !slices.Contains(status[code], s) {
				t.Errorf("%s: %s has status %s, want %v", name, code, s, status[code])
			}
			for _, part := range []string{"title", "detail", "action"} {
				if values[part] == "" {
					t.Errorf("%s: %s lacks its %s", name, code, part)
				}
			}
		})
	}
	if problems < 10 {
		t.Errorf("only %d problems were found", problems)
	}
	api := documents(t)
	for _, group := range []string{"reads", "changes", "runs"} {
		size, limit := strings.Index(api["groups/"+group], `"lazuli-size"`), strings.Index(api["groups/"+group], `"lazuli-limit-caller"`)
		if size < 0 || limit < 0 || !strings.Contains(api["groups/"+group][size:], `"lazuli-answer"`) {
			t.Errorf("group %s does not limit, measure and answer", group)
		}
	}
}

// Everything a browser needs of the contract passes CORS, and a run's secret does not.
func TestPolicies_cors(t *testing.T) {
	allowed, exposed := map[string]bool{}, map[string]bool{}
	var origins []string
	mustParse(t, documents(t)["api"]).all(func(e *element) {
		for _, child := range e.children {
			switch e.name {
			case "allowed-headers":
				allowed[child.text] = true
			case "expose-headers":
				exposed[child.text] = true
			case "allowed-origins":
				origins = append(origins, child.text)
			}
		}
	})
	if diff := cmp.Diff([]string{"{{portal-origin}}"}, origins); diff != "" {
		t.Errorf("origins:\n%s", diff)
	}
	requests, answers := contractHeaders(t)
	for _, header := range requests {
		if allowed[header] == (header == "Lazuli-Run-Secret") {
			t.Errorf("header %s of requests: allowed is %v", header, allowed[header])
		}
	}
	for _, header := range answers {
		if !exposed[header] {
			t.Errorf("the portal cannot read header %s of answers", header)
		}
	}
	if !allowed["Authorization"] || !allowed["Content-Type"] {
		t.Error("the portal cannot send its token or a body")
	}
}

// The handler hears who the user is from the gateway alone.
func TestPolicies_whoSays(t *testing.T) {
	docs := documents(t)
	for _, header := range []string{"X-Idp-User-Assertion", "X-Idp-Client-Address", "X-MS-CLIENT-PRINCIPAL", "X-MS-CLIENT-PRINCIPAL-ID"} {
		if !strings.Contains(docs["global"], `<set-header name="`+header+`" exists-action="delete" />`) {
			t.Errorf("a caller may send %s", header)
		}
	}
	api := docs["api"]
	base, verified, handed, own := strings.Index(api, "<base />"), strings.Index(api, "<validate-jwt"), strings.Index(api, `name="X-Idp-User-Assertion" exists-action="override"`), strings.Index(api, "<authentication-managed-identity")
	if base < 0 || base > verified || verified > handed || handed > own {
		t.Errorf("the order is: take away, verify, hand on, prove oneself; it is at %d, %d, %d, %d", base, verified, handed, own)
	}
}

// No policy leaves out what a wider one says: each section inherits, and what comes first comes first.
func TestPolicies_inherit(t *testing.T) {
	for name, text := range documents(t) {
		root := mustParse(t, text)
		if root.name != "policies" || name == "global" {
			continue
		}
		for _, section := range root.children {
			first := 0
			if name == "api" && section.name == "inbound" {
				first = 1 // CORS stands before it, or preflights fail
			}
			if len(section.children) <= first || section.children[first].name != "base" {
				t.Errorf("%s does not begin %s with what it inherits", name, section.name)
			}
			inherited := 0
			section.all(func(e *element) {
				if e.name == "base" {
					inherited++
				}
			})
			if inherited != 1 {
				t.Errorf("%s inherits %s %d times", name, section.name, inherited)
			}
		}
	}
	if api := mustParse(t, documents(t)["api"]); api.children[0].children[0].name != "cors" {
		t.Error("cors is not the first element of the API's policy")
	}
}
