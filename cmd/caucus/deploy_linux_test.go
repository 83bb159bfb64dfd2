package main

import (
	"strings"
	"testing"

	"github.com/caucus-live/caucus/cmd/caucus/load"
)

// Those for several servers keep a client on one of them, and people on all of them
// are in one poll.
func TestDeployCluster(t *testing.T) {
	all := configurations(t)
	c := startCluster(t, all["nginx three"].flags...)
	var servers []string
	for _, s := range c.servers {
		servers = append(servers, s.URL())
	}
	for _, name := range []string{"nginx three", "haproxy three"} {
		t.Run(name, func(t *testing.T) {
			p := runProxy(t, all[name].program, all[name].text, "/", servers...)
			_, amiss := examine(t, p, "-idle", "1s")
			for _, f := range amiss {
				if f.Check != "metrics" && !strings.Contains(f.Saw, "not built into") {
					t.Errorf("%+v", f)
				}
			}
			report, err := load.Run(t.Context(), load.Options{URL: p.url, People: 12, Patience: patience})
			if err != nil || !report.OK() {
				t.Errorf("%v %v\n%s", err, report.Failures, c.log)
			}
		})
	}
}
