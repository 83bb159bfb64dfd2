package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/caucus-live/caucus/cmd/caucus/load"
)

// measured starts a server, has people use it, and returns where its measurements are, and
// what they were then.
func measured(t *testing.T) (addr, exposition string) {
	t.Helper()
	addr = freeAddress(t)
	p := start(t, env(), "-data", t.TempDir(), "-metrics-addr", addr)
	t.Cleanup(p.end)
	if report, err := load.Run(t.Context(), load.Options{URLs: []string{p.url}, People: 5, Patience: patience}); err != nil || !report.OK() {
		t.Fatal(err, report.Failures)
	}
	status, text := get(t, "http://"+addr+"/metrics")
	if status != http.StatusOK {
		t.Fatal(status)
	}
	return addr, string(text)
}

// The alerts parse, and go off when they should.
func TestAlerts(t *testing.T) {
	promtool, err := findProgram("promtool")
	if err != nil {
		t.Fatalf("%v: run scripts/proxies", err)
	}
	for _, args := range [][]string{{"check", "rules", "alerts.yaml"}, {"test", "rules", "alerts_test.yaml"}} {
		cmd := exec.Command(promtool, args...)
		cmd.Dir = "../../deploy/prometheus"
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v: %v\n%s", args, err, out)
		}
	}
}

// A running server shows each metric that an alert or the dashboard asks for, in a form
// that promtool has no objection to.
func TestMetricsThatAreAskedForExist(t *testing.T) {
	t.Parallel()
	_, exposition := measured(t)
	for _, name := range []string{"prometheus/alerts.yaml", "grafana/caucus.json"} {
		text, err := os.ReadFile("../../deploy/" + name)
		if err != nil {
			t.Fatal(err)
		}
		asked := regexp.MustCompile(`\b(?:caucus|socketio|go|process)_[a-z_]+`).FindAllString(string(text), -1)
		if len(asked) < 4 {
			t.Errorf("%s asks for %q", name, asked)
		}
		for _, metric := range asked {
			if !regexp.MustCompile(`(?m)^` + metric + `[ {]`).MatchString(exposition) {
				t.Errorf("%s: %s", name, metric)
			}
		}
	}
	promtool, err := findProgram("promtool")
	if err != nil {
		t.Fatalf("%v: run scripts/proxies", err)
	}
	cmd := exec.Command(promtool, "check", "metrics")
	cmd.Stdin = strings.NewReader(exposition)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// The dashboard's panels have queries of the data source that is chosen when it is
// imported, each of them one that Prometheus can parse.
func TestDashboard(t *testing.T) {
	text, err := os.ReadFile("../../deploy/grafana/caucus.json")
	if err != nil {
		t.Fatal(err)
	}
	type query struct{ Expr, RefID string }
	var dashboard struct {
		Title, UID string
		Panels     []struct {
			ID         int
			Title      string
			Datasource struct{ Type, UID string }
			GridPos    struct{ X, Y, W, H int }
			Targets    []query
		}
	}
	if err := json.Unmarshal(text, &dashboard); err != nil {
		t.Fatal(err)
	}
	if dashboard.Title == "" || dashboard.UID == "" || len(dashboard.Panels) < 8 {
		t.Errorf("%+v", dashboard)
	}
	var rules strings.Builder // a file of rules is what promtool parses
	rules.WriteString("groups: [{name: dashboard, rules: [")
	taken, ids := map[[2]int]string{}, map[int]bool{}
	for _, p := range dashboard.Panels {
		if p.Datasource.Type != "prometheus" || p.Datasource.UID != "${datasource}" || len(p.Targets) == 0 || ids[p.ID] {
			t.Errorf("%+v", p)
		}
		ids[p.ID] = true
		for x := range p.GridPos.W {
			for y := range p.GridPos.H {
				at := [2]int{p.GridPos.X + x, p.GridPos.Y + y}
				if taken[at] != "" || at[0] >= 24 {
					t.Fatalf("%s lies over %s, or outside", p.Title, taken[at])
				}
				taken[at] = p.Title
			}
		}
		for _, q := range p.Targets {
			expr, err := json.Marshal(strings.NewReplacer("$__rate_interval", "5m", "$instance", ".*").Replace(q.Expr))
			if err != nil {
				t.Fatal(err)
			}
			rules.WriteString(`{"record": "a:b", "expr": ` + string(expr) + `, "labels": {"panel": "` + p.Title + q.RefID + `"}}, `)
		}
	}
	rules.WriteString("]}]\n")
	file := t.TempDir() + "/rules.yaml"
	if err := os.WriteFile(file, []byte(rules.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	promtool, err := findProgram("promtool")
	if err != nil {
		t.Fatalf("%v: run scripts/proxies", err)
	}
	if out, err := exec.Command(promtool, "check", "rules", file).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// caucus top shows a running server's figures.
func TestTop(t *testing.T) {
	t.Parallel()
	addr, _ := measured(t)
	for _, c := range []struct {
		getenv func(string) string
		args   []string
	}{
		{env(), []string{"top", "-once", "-every", "50ms", addr}},
		{env("CAUCUS_METRICS_ADDR", addr), []string{"top", "-once", "-every", "50ms"}},
	} {
		var out, complaint bytes.Buffer
		if err := run(t.Context(), c.args, c.getenv, nil, &out, io.Writer(&complaint)); err != nil {
			t.Fatal(err, &complaint)
		}
		for _, want := range []string{"people", "polls            1 in memory", "commands", "appends to the ledger", "memory"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%q is not in\n%s", want, &out)
			}
		}
	}
}
