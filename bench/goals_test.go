package main

import (
	"slices"
	"strings"
	"testing"
)

// Every goal is measured by a scenario that runs without -full, against what it is compared with.
func TestGoalsAreMeasured(t *testing.T) {
	all := scenarios()
	measured := func(name, server string) bool {
		return slices.ContainsFunc(all, func(s scenario) bool {
			return s.name == name && !s.full && slices.Contains(s.servers, server)
		})
	}
	for _, g := range goals {
		if !measured(g.scenario, caucus) {
			t.Errorf("%s: %q does not run", g.what, g.scenario)
		}
		if g.of == nil {
			continue
		}
		with := g.scenario
		if g.of.scenario != "" {
			with = g.of.scenario
		}
		if !measured(with, g.of.server) {
			t.Errorf("%s: %q does not run against %s", g.what, with, g.of.server)
		}
	}
	names := map[string]bool{}
	for _, s := range all {
		if names[s.name] {
			t.Errorf("two scenarios are named %q", s.name)
		}
		names[s.name] = true
	}
}

func TestGoalVerdict(t *testing.T) {
	tb := newTable(columns)
	for _, v := range []float64{3, 1, 2} {
		tb.add("load/n=1", caucus, []figure{{"µs", v}})
		tb.add("load/n=1", floor, []figure{{"µs", 4 * v}})
		tb.add("load/n=2", caucus, []figure{{"µs", 2 * v}})
	}
	for _, test := range []struct {
		goal
		want [3]string
	}{
		{goal{scenario: "load/n=1", unit: "µs", most: 2}, [3]string{"≤ 2 µs", "2.00", "yes"}},
		{goal{scenario: "load/n=1", unit: "µs", most: 1.9}, [3]string{"≤ 1.9 µs", "2.00", "no"}},
		{goal{scenario: "load/n=1", unit: "µs", most: 2, worst: true}, [3]string{"≤ 2 µs", "1.00–3.00", "no"}},
		{goal{scenario: "load/n=1", unit: "µs", most: 0.25, of: toFloor}, [3]string{"≤ 0.25 × floor", "0.25", "yes"}},
		{goal{scenario: "load/n=1", unit: "µs", most: 0.2, of: toFloor}, [3]string{"≤ 0.2 × floor", "0.25", "no"}},
		{goal{scenario: "load/n=2", unit: "µs", most: 1.5, of: &other{caucus, "load/n=1"}}, [3]string{"≤ 1.5 × plain", "2.00", "no"}},
		{goal{scenario: "load/n=2", unit: "µs", most: 1.5, of: toFloor}, [3]string{"≤ 1.5 × floor", "–", "not measured"}},
		{goal{scenario: "load/n=3", unit: "µs", most: 1.5}, [3]string{"≤ 1.5 µs", "–", "not measured"}},
	} {
		demand, is, answer := test.verdict(tb)
		if got := [3]string{demand, is, answer}; got != test.want {
			t.Errorf("%+v: %q, want %q", test.goal, got, test.want)
		}
	}
	var out strings.Builder
	if err := printGoals(&out, tb); err != nil || strings.Count(out.String(), "\n") != len(goals)+7 {
		t.Errorf("%v:\n%s", err, &out)
	}
}
