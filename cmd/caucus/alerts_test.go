package main

import (
	"os"
	"os/exec"
	"regexp"
	"testing"
)

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

// Each metric that an alert asks for is one of the server's.
func TestAlertsAskForMetricsThatExist(t *testing.T) {
	rules, err := os.ReadFile("../../deploy/prometheus/alerts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("../../internal/httpd/metrics.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(caucus_[a-z_]+?)(?:_count|_bucket)?[{\[]`).FindAllStringSubmatch(string(rules), -1) {
		if !regexp.MustCompile(`"` + m[1] + `"`).Match(source) {
			t.Errorf("%s", m[1])
		}
	}
}
