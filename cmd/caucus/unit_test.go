package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// The unit of the service leaves little open to someone who takes the program over.
func TestUnitIsHardened(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Log("there is no systemd here to ask")
		return
	}
	out, err := exec.Command(analyze, "security", "--offline=true", "../../deploy/systemd/caucus.service").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	m := regexp.MustCompile(`exposure level for caucus.service: ([\d.]+)`).FindSubmatch(out)
	if m == nil {
		t.Fatalf("%s", out)
	}
	if level, err := strconv.ParseFloat(string(m[1]), 64); err != nil || level > 2 {
		t.Errorf("exposure level %v, %v", level, err)
	}
}

// The unit, with what docs/deploy.md adds to it, says nothing that systemd does not know. It
// waits for other servers, and shows Go how long the queue of a listener may be.
func TestUnitWithDropIn(t *testing.T) {
	unit, err := os.ReadFile("../../deploy/systemd/caucus.service")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../../docs/deploy.md")
	if err != nil {
		t.Fatal(err)
	}
	dropIn := regexp.MustCompile("(?s)<!-- run: drop-in -->\n +```ini\n(.+?)```").FindSubmatch(page)
	if dropIn == nil {
		t.Fatal("docs/deploy.md has no drop-in")
	}
	if !strings.Contains(string(unit), "\nTimeoutStartSec=10min\n") || strings.Contains(string(unit), "\nProcSubset=") {
		t.Errorf("%s", unit)
	}
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Log("there is no systemd here to ask")
		return
	}
	folder := t.TempDir()
	file := filepath.Join(folder, "caucus.service")
	if err := os.Mkdir(file+".d", 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		file:                               strings.Replace(string(unit), "/usr/bin/caucus", "/bin/true", 1),
		filepath.Join(file+".d", "a.conf"): regexp.MustCompile(`(?m)^ +`).ReplaceAllString(string(dropIn[1]), ""),
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.Command(analyze, "verify", file).CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%v: %s", err, out)
	}
}
