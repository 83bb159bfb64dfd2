package main

import (
	"os/exec"
	"regexp"
	"strconv"
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
