package main

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/cmd/caucus/load"
	"github.com/caucus-live/caucus/internal/tally"
)

// command runs a subcommand that must not fail, and returns what it says.
func command(t *testing.T, getenv func(string) string, stdin []byte, args ...string) string {
	t.Helper()
	var out, complaint bytes.Buffer
	if err := run(t.Context(), args, getenv, bytes.NewReader(stdin), &out, &complaint); err != nil {
		t.Fatalf("%v: %v\n%s%s", args, err, &out, &complaint)
	}
	return out.String()
}

// Once a poll is closed, anybody can check its export, and count it by any method from
// whichever form of it; and the operator can check the ledger.
func TestWholePollIsChecked(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	p := start(t, env(), "-data", data)
	report, err := load.Run(t.Context(), load.Options{URLs: []string{p.url}, People: 20, Method: "irv", Patience: patience})
	if err != nil || !report.OK() {
		t.Fatal(err, report.Failures)
	}
	exported := make(map[string][]byte)
	for _, form := range []string{"json", "csv", "blt"} {
		status, body := get(t, p.url+"/polls/"+report.PollIDs[0]+"/export."+form)
		if status != http.StatusOK {
			t.Fatalf("export.%s: %d %s", form, status, body)
		}
		exported[form] = body
	}
	p.end()

	if says := command(t, env(), exported["json"], "verify", "-"); !strings.Contains(says, "20, each with a receipt of its own") {
		t.Error(says)
	}
	// BLT says neither how many votes everybody had nor which ids the draws fall on.
	for _, method := range append(tally.Methods(), "all") {
		for _, format := range []string{"text", "csv", "md"} {
			args := []string{"-method", string(method), "-ties", "declare", "-format", format, "-"}
			if method == tally.Score || method == "all" { // the others have no use for it, and refuse it
				args = append([]string{"-votes", "3"}, args...)
			}
			count := func(form string) string {
				return command(t, env(), exported[form], append([]string{"count", "-from", form}, args...)...)
			}
			if diff := cmp.Diff(count("json"), count("blt")); diff != "" {
				t.Errorf("%s as %s (-JSON +BLT):\n%s", method, format, diff)
			}
		}
	}
	if says := command(t, env("CAUCUS_DATA", data), nil, "ledger", "verify"); !strings.HasPrefix(says, "Faults: 0. Polls: 1. ") {
		t.Error(says)
	}
}

// What is wrong, the exit code says too.
func TestChecksThatFail(t *testing.T) {
	t.Parallel()
	used := t.TempDir()
	defer start(t, env(), "-data", used).end()
	for want, args := range map[string][]string{
		"is not JSON":                {"verify", "-"},
		"stop that server":           {"ledger", "verify", "-data", used},
		"choose the directory":       {"ledger", "verify", "-data", filepath.Join(used, "none")},
		"caucus ledger COMMAND":      {"ledger"},
		"there should be one file":   {"verify"},
		"caucus verify -help shows ": {"verify", "-nonsense"},
	} {
		var complaint bytes.Buffer
		err := run(t.Context(), args, env(), strings.NewReader("Dear diary"), io.Discard, &complaint)
		if _, ok := errors.AsType[exitCode](err); !ok || !strings.Contains(complaint.String(), want) {
			t.Errorf("%v: %v, %s", args, err, &complaint)
		}
	}
}
