package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/caucus-live/caucus/cmd/caucus/clustercmd"
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
		"is 0; it should be 1":          {"ledger", "backup"},
		"-keep is 1 or more":            {"ledger", "backup", "-data", used, "-keep", "0", "x"},
		"there is no poll ABCDEF":       {"ledger", "show", "-data", used, "abcdef"},
		"choose the directory":          {"ledger", "ls", "-data", filepath.Join(used, "none")},
		"stop that server first":        {"ledger", "prune", "-data", used},
		"no such file":                  {"ledger", "prune", "-data", t.TempDir()},
	} {
		if says := failing(t, args...); !strings.Contains(says, want) {
			t.Errorf("%v: %s", args, says)
		}
	}
	if says := command(t, env(), nil, "ledger", "-help"); !strings.Contains(says, "restore FILE") {
		t.Error(says)
	}
}

// Every command takes paths of the working directory, and without -data its folder data.
func TestRelativePaths(t *testing.T) {
	t.Chdir(t.TempDir())
	p := start(t, env(), "-data", defaultData)
	if status, says := p.do(http.MethodPost, "/polls", `{"topic":"Lunch?","votesPerVoter":2,"name":"Ann"}`); status != http.StatusCreated {
		t.Fatal(says)
	}
	p.end()
	for _, args := range []string{
		"ledger backup one.db", "ledger backup ./two.db", "ledger backup -data ./data -rate 0 ../" + filepath.Base(t.TempDir()) + ".db",
		"ledger restore -data restored one.db", "ledger restore -data ./a/b ./two.db",
		"ledger ls", "ledger ls -data restored", "ledger verify -data restored", "ledger prune -data ./a/b",
		"ledger copy -from data -to copied", "ledger verify -data copied",
	} {
		command(t, env(), nil, strings.Fields(args)...)
	}
	whole, err := filepath.Abs("one.db")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(defaultData); err != nil {
		t.Fatal(err)
	}
	command(t, env(), nil, "ledger", "restore", whole)
	for _, dir := range []string{defaultData, "restored", "a/b", "copied"} {
		if says := command(t, env("CAUCUS_DATA", dir), nil, "ledger", "ls", "-json"); strings.Count(says, `"id"`) != 1 {
			t.Errorf("%s: %s", dir, says)
		}
	}
}

// A backup replaces nothing, and is never beside a key that is not its own.
func TestBackupBesideAnotherKey(t *testing.T) {
	t.Parallel()
	data, folder := t.TempDir(), t.TempDir()
	start(t, env(), "-data", data).end()
	for _, taken := range []string{"caucus.db", "caucus.db.key"} {
		file := filepath.Join(folder, taken)
		if err := os.WriteFile(file, []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
		if says := failing(t, "ledger", "backup", "-data", data, filepath.Join(folder, "caucus.db")); !strings.Contains(says, taken) || !strings.Contains(says, "replaces nothing") {
			t.Error(says)
		}
		if mine, err := os.ReadFile(file); err != nil || string(mine) != "mine" {
			t.Errorf("%q, %v", mine, err)
		}
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
		if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
			t.Error(left, err)
		}
	}
	if says := failing(t, "ledger", "backup", "-data", folder, filepath.Join(folder, "caucus.db")); !strings.Contains(says, "-data") {
		t.Error(says)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Error(left, err)
	}
}

// Where a key is in the way, a restoration says so before it does anything; the same key is
// not in the way.
func TestRestoreBesideAKey(t *testing.T) {
	t.Parallel()
	data, file := t.TempDir(), filepath.Join(t.TempDir(), "caucus.db")
	start(t, env(), "-data", data).end()
	command(t, env("CAUCUS_DATA", data), nil, "ledger", "backup", file)
	key, err := os.ReadFile(file + ".key")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ present, backup, want string }{
		"the same":       {string(key), string(key), "beside the key that signs"},
		"another":        {"another", string(key), ""},
		"only there":     {"another", "", "beside the key that was there"},
		"only in backup": {"", string(key), "with the key"},
		"none":           {"", "", "a new key"},
	} {
		dir := t.TempDir()
		if err := os.Remove(file + ".key"); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		for at, content := range map[string]string{filepath.Join(dir, keyName): c.present, file + ".key": c.backup} {
			if content == "" {
				continue
			}
			if err := os.WriteFile(at, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if c.want == "" {
			says := failing(t, "ledger", "restore", "-data", dir, file)
			if left, err := os.ReadDir(dir); err != nil || len(left) != 1 || !strings.Contains(says, "is another key") || !strings.Contains(says, "move ledger.* and token.key away") {
				t.Errorf("%s: %s, %v, %v", name, says, left, err)
			}
			continue
		}
		if says := command(t, env("CAUCUS_DATA", dir), nil, "ledger", "restore", file); !strings.Contains(says, c.want) {
			t.Errorf("%s: %s", name, says)
		}
		want := c.backup
		if c.present != "" {
			want = c.present
		}
		if got, _ := os.ReadFile(filepath.Join(dir, keyName)); string(got) != want {
			t.Errorf("%s: the key is %q", name, got)
		}
	}
}

// A server of a cluster has its polls elsewhere: what to do then is said.
func TestLedgerOfACluster(t *testing.T) {
	t.Parallel()
	data, file := t.TempDir(), filepath.Join(t.TempDir(), "x")
	if err := os.Mkdir(filepath.Join(data, clustercmd.Dir), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"backup", "-data", data, file},
		{"restore", "-data", data, file},
		{"ls", "-data", data},
		{"verify", "-data", data},
		{"show", "-data", data, "ABCDEF"},
		{"export", "-data", data, "ABCDEF"},
		{"prune", "-data", data},
	} {
		if says := failing(t, append([]string{"ledger"}, args...)...); !strings.Contains(says, "caucus ledger copy -from") {
			t.Errorf("%v: %s", args, says)
		}
	}
}

// What has expired goes, and its room with it.
func TestPrune(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	p := start(t, env(), "-data", data)
	p.create()
	p.end()
	if says := command(t, env("CAUCUS_DATA", data), nil, "ledger", "prune"); says != "Removed: 0 polls.\n" {
		t.Error(says)
	}
	if says := command(t, env("CAUCUS_DATA", data), nil, "ledger", "ls", "-json"); strings.Count(says, `"id"`) != 1 {
		t.Error(says)
	}
}

// An older copy is not taken for the ledger, until the operator does what docs/operating.md says.
func TestOlderLedgerIsAdopted(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/operating.md")
	if err != nil {
		t.Fatal(err)
	}
	remedy := regexp.MustCompile("(?m)^\\| `ledger.db` is older .* make an empty file `([a-z.]+)` beside it \\|$").FindSubmatch(page)
	if remedy == nil {
		t.Fatal("the page does not say how to go on")
	}
	data, file := t.TempDir(), filepath.Join(t.TempDir(), "caucus.db")
	p := start(t, env(), "-data", data)
	command(t, env("CAUCUS_DATA", data), nil, "ledger", "backup", file)
	p.create()
	p.end()
	older, err := os.ReadFile(file)
	if err == nil {
		err = os.WriteFile(filepath.Join(data, "ledger.db"), older, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := run(t.Context(), []string{"-addr", "127.0.0.1:0", "-data", data}, env(), nil, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), string(remedy[1])) {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(data, string(remedy[1])), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	start(t, env(), "-data", data).end()
}
