package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caucus-live/caucus/cmd/caucus/load"
)

// failing runs a subcommand that must fail, and returns what it says of that.
func failing(t *testing.T, args ...string) string {
	t.Helper()
	var complaint bytes.Buffer
	if err := run(t.Context(), args, env(), strings.NewReader(""), io.Discard, &complaint); err == nil {
		t.Errorf("%v succeeds", args)
	}
	return complaint.String()
}

// A backup that is taken while people vote restores to a ledger that verifies, with the
// key that their tokens need.
func TestBackupUnderLoad(t *testing.T) {
	t.Parallel()
	data, folder := t.TempDir(), t.TempDir()
	file, restored := filepath.Join(folder, "caucus.db"), filepath.Join(t.TempDir(), "restored")
	p := start(t, env(), "-data", data, "-limit-commands", "off")
	report, err := load.Run(t.Context(), load.Options{
		URLs: []string{p.url}, People: 40, Ballots: 200, Method: "irv",
		Interrupt: func(context.Context) error {
			command(t, env("CAUCUS_DATA", data), nil, "ledger", "backup", "-rate", "4000000", file)
			return nil
		},
	})
	if err != nil || !report.OK() {
		t.Fatal(err, report.Failures)
	}
	code := report.PollIDs[0]
	if says := command(t, env("CAUCUS_DATA", data), nil, "ledger", "ls"); !strings.Contains(says, code) {
		t.Error(says)
	}
	status, served := get(t, p.url+"/polls/"+code+"/export.json")
	exported := command(t, env("CAUCUS_DATA", data), nil, "ledger", "export", code)
	if status != http.StatusOK || strings.TrimSpace(exported) != strings.TrimSpace(string(served)) {
		t.Errorf("%d: the export differs from the served one", status)
	}
	p.end()
	command(t, env("CAUCUS_DATA", restored), nil, "ledger", "restore", file)
	if says := command(t, env("CAUCUS_DATA", restored), nil, "ledger", "verify"); !strings.HasPrefix(says, "Faults: 0. Polls: 1. ") {
		t.Error(says)
	}
	for _, dir := range []string{data, restored} {
		key, err := os.ReadFile(filepath.Join(dir, keyName))
		if err != nil || len(key) == 0 {
			t.Error(err)
		}
		if other, _ := os.ReadFile(filepath.Join(data, keyName)); !bytes.Equal(key, other) {
			t.Error("the key is another")
		}
	}
	if says := failing(t, "ledger", "restore", "-data", restored, file); !strings.Contains(says, "never replaced") {
		t.Error(says)
	}
	p = start(t, env(), "-data", restored)
	defer p.end()
	var shown struct{ ID, Phase string }
	if err := json.Unmarshal([]byte(command(t, env("CAUCUS_DATA", restored), nil, "ledger", "show", "-json", strings.ToLower(code))), &shown); err != nil || shown.ID != code {
		t.Error(err, shown)
	}
}

// With -every there is a new backup each time, and the oldest go.
func TestBackupsRotate(t *testing.T) {
	t.Parallel()
	data, folder := t.TempDir(), filepath.Join(t.TempDir(), "backups")
	start(t, env(), "-data", data).end()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	made := &countdown{n: 4, done: cancel}
	var complaint bytes.Buffer
	if err := run(ctx, []string{"ledger", "backup", "-data", data, "-every", "10ms", "-keep", "2", folder}, env(), nil, made, &complaint); err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(filepath.Join(folder, "caucus-*.db*"))
	if err != nil || len(left) != 4 || complaint.Len() > 0 { // two, each with its key
		t.Errorf("%q, %v, %s", left, err, &complaint)
	}
}

// A countdown takes lines, and calls done with the last of n.
type countdown struct {
	n    int
	done func()
}

func (c *countdown) Write(line []byte) (int, error) {
	if c.n--; c.n == 0 {
		c.done()
	}
	return len(line), nil
}

func TestLedgerSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	used := t.TempDir()
	defer start(t, env(), "-data", used).end()
	for want, args := range map[string][]string{
		"there is no command \"clean\"": {"ledger", "clean"},
		"Usage: caucus ledger COMMAND":  {"ledger"},
		"it takes 1 arguments":          {"ledger", "backup"},
		"-keep is 1 or more":            {"ledger", "backup", "-data", used, "-keep", "0", "x"},
		"there is no poll ABCDEF":       {"ledger", "show", "-data", used, "abcdef"},
		"choose the directory":          {"ledger", "ls", "-data", filepath.Join(used, "none")},
		"stop that server first":        {"ledger", "prune", "-data", used},
	} {
		if says := failing(t, args...); !strings.Contains(says, want) {
			t.Errorf("%v: %s", args, says)
		}
	}
	if says := command(t, env(), nil, "ledger", "-help"); !strings.Contains(says, "restore FILE") {
		t.Error(says)
	}
}

// What has expired goes, and its room with it.
func TestPrune(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	p := start(t, env(), "-data", data)
	p.do(http.MethodPost, "/polls", `{"topic":"Lunch?","votesPerVoter":2,"name":"Ann"}`)
	p.end()
	if says := command(t, env("CAUCUS_DATA", data), nil, "ledger", "prune"); says != "Removed: 0 polls.\n" {
		t.Error(says)
	}
	if says := command(t, env("CAUCUS_DATA", data), nil, "ledger", "ls", "-json"); strings.Count(says, `"id"`) != 1 {
		t.Error(says)
	}
}
