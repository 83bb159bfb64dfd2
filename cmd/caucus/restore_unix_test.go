//go:build unix

package main

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// The lines of docs/operating.md bring a backup to a machine on which the package was just
// installed. The service, which is another user, can use what they leave.
func TestRestoreOnAFreshMachine(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/operating.md")
	if err != nil {
		t.Fatal(err)
	}
	lines := regexp.MustCompile("(?s)<!-- run: restore -->\n```sh\n(.+?)```").FindSubmatch(page)
	if lines == nil {
		t.Fatal("there are no lines")
	}
	lost, file := t.TempDir(), filepath.Join(t.TempDir(), "caucus.db")
	p := start(t, env(), "-data", lost)
	token := p.create()
	command(t, env("CAUCUS_DATA", lost), nil, "ledger", "backup", file)
	p.end()

	fresh := t.TempDir()
	owner := giveAway(t, fresh)
	start(t, env(), "-data", fresh).end()
	bin, record := t.TempDir(), filepath.Join(t.TempDir(), "systemctl")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for name, script := range map[string]string{
		"sudo": `exec "$@"`, "systemctl": `echo "$@" >>` + record, "caucus": "exec " + self + ` "$@"`,
	} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil { //nolint:gosec // a program
			t.Fatal(err)
		}
	}
	cmd := exec.Command("sh", "-e", "-c", strings.NewReplacer("/var/lib/caucus", fresh, "/backup/caucus.db", file).Replace(string(lines[1])))
	cmd.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"))
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "Faults: 0. Polls: 1.") {
		t.Errorf("%v\n%s", err, out)
	}
	if said, err := os.ReadFile(record); err != nil || string(said) != "stop caucus\nstart caucus\n" {
		t.Errorf("%q, %v", said, err)
	}
	for _, name := range []string{"ledger.db", "ledger.lock", keyName} {
		if got := ownerOf(t, filepath.Join(fresh, name)); got != owner {
			t.Errorf("%s is of %d, not of %d", name, got, owner)
		}
	}
	p = start(t, env(), "-data", fresh)
	defer p.end()
	if status, answer := p.do(http.MethodPost, "/polls/rejoin", `{"accessToken":"`+token+`"}`); status != http.StatusCreated || !strings.Contains(answer, "Lunch?") {
		t.Error(status, answer)
	}
}

// giveAway makes a directory that of another user, as far as this one may, and returns whose.
func giveAway(t *testing.T, dir string) uint32 {
	t.Helper()
	if os.Geteuid() == 0 {
		if err := os.Chown(dir, 65534, 65534); err != nil {
			t.Fatal(err)
		}
	}
	return ownerOf(t, dir)
}

func ownerOf(t *testing.T, name string) uint32 {
	t.Helper()
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		t.Fatalf("%T", info.Sys())
	}
	return owner.Uid
}
