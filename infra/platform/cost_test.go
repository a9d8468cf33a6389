package platform_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// sheet is prices.json: what docs/cost.md is computed from.
type sheet struct {
	Month  map[string]float64
	Meters map[string]struct {
		Price              float64
		Unit, Source, Read string
	}
}

func prices(t *testing.T) sheet {
	t.Helper()
	text, err := os.ReadFile("prices.json")
	if err != nil {
		t.Fatal(err)
	}
	var s sheet
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	for name, meter := range s.Meters {
		if meter.Price <= 0 || meter.Source == "" || !regexp.MustCompile(`^20\d\d-\d\d-\d\d$`).MatchString(meter.Read) {
			t.Errorf("the price of %s has no amount, source or date", name)
		}
	}
	return s
}

func (s sheet) of(t *testing.T, meter string) float64 {
	t.Helper()
	found, ok := s.Meters[meter]
	if !ok {
		t.Fatalf("prices.json has no %s", meter)
	}
	return found.Price
}

// timerRuns are how often timers run in a month, as their schedules say.
func timerRuns(t *testing.T, minutes float64) float64 {
	t.Helper()
	perMinute := map[string]float64{"*/30 * * * * *": 2, "0 * * * * *": 1, "0 */10 * * * *": 0.1}
	paths, err := filepath.Glob(filepath.Join(top, "functions", "*", "function.json"))
	if err != nil {
		t.Fatal(err)
	}
	runs := 0.0
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if match := regexp.MustCompile(`"schedule": "([^"]*)"`).FindSubmatch(text); match != nil {
			often, known := perMinute[string(match[1])]
			if !known {
				t.Fatalf("%s: how often is %q? docs/cost.md counts it", path, match[1])
			}
			runs += often * minutes
		}
	}
	return runs
}

// The amounts in docs/cost.md are computed: a row of a table is "| what | … | amount |".
func TestCost(t *testing.T) {
	s := prices(t)
	hours, seconds, runs := s.Month["hours"], s.Month["seconds"], timerRuns(t, s.Month["minutes"])
	timers := func(gb float64) float64 { // a run is counted as a second, the least that is
		return max(0, runs*gb-s.of(t, "functions-free-gb-seconds"))*s.of(t, "functions-gb-second") + max(0, runs-s.of(t, "functions-free-executions"))/1e6*s.of(t, "functions-million")
	}
	shared := map[string]float64{
		"Service Bus Standard": hours * s.of(t, "bus-standard-hour"),
		"Storage":              runs*5/1e4*s.of(t, "table-10000") + runs/1e4*s.of(t, "blob-10000"),
		"Logs of the timers":   runs * 4 / 1e6 * s.of(t, "logs-gb"),
		"Four log alerts":      4 * s.of(t, "log-alert-month"),
	}
	dev, prod := timers(0.5), timers(2)+seconds*2*s.of(t, "functions-always-ready")
	want := map[string]float64{
		"Functions, dev": dev, "Functions, prod": prod,
		"API Management StandardV2": s.of(t, "apim-standardv2-month"), "Static Web App Standard": s.of(t, "static-standard-month"),
	}
	for name, amount := range shared {
		want[name] = amount
		dev, prod = dev+amount, prod+amount
	}
	prod += want["API Management StandardV2"] + want["Static Web App Standard"]
	private := 7*hours*s.of(t, "endpoint-hour") + 5*s.of(t, "zone-month") + hours*s.of(t, "bus-premium-hour") - shared["Service Bus Standard"]
	want["dev at rest"], want["prod at rest"], want["private networking, more"] = dev, prod, private

	want["Gateway, Consumption"] = s.of(t, "apim-consumption-million")
	want["Functions, one at a time"] = 1e6*0.5*s.of(t, "functions-gb-second") + s.of(t, "functions-million")
	want["Functions, ten at a time"] = 1e5*0.5*s.of(t, "functions-gb-second") + s.of(t, "functions-million")
	want["Tables"] = 1e6 * 5 / 1e4 * s.of(t, "table-10000")
	want["Logs of all requests"] = 4.5 * s.of(t, "logs-gb")

	text, err := os.ReadFile(filepath.Join(top, "docs", "cost.md"))
	if err != nil {
		t.Fatal(err)
	}
	for name, amount := range want {
		row := regexp.MustCompile(`(?m)^\| \**` + regexp.QuoteMeta(name) + `\** \|.*\| \**([\d.,]+)\** \|$`).FindStringSubmatch(string(text))
		if row == nil {
			t.Errorf("docs/cost.md has no row for %s (%.2f)", name, amount)
		} else if got := strings.ReplaceAll(row[1], ",", ""); got != fmt.Sprintf("%.2f", amount) {
			t.Errorf("docs/cost.md says %s for %s, computed is %.2f", got, name, amount)
		}
	}
	for name, meter := range s.Meters {
		if !strings.Contains(string(text), "`"+name+"`") {
			t.Errorf("docs/cost.md does not show the price of %s (%s)", name, meter.Unit)
		}
	}
}
