package event_test

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// The client's types are the server's: the file in the repository is what go generate makes
// of the contract as it is now.
func TestContractIsCurrent(t *testing.T) {
	source, err := os.ReadFile("event.go")
	if err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`(?m)^//go:generate go (tool \S+ tsgen) (.+)$`).FindSubmatch(source)
	if line == nil {
		t.Fatal("event.go does not say how the contract is generated")
	}
	args := append(strings.Fields(string(line[1])), "-check")
	args = append(args, strings.Fields(string(line[2]))...)
	if out, err := exec.CommandContext(t.Context(), "go", args...).CombinedOutput(); err != nil {
		t.Errorf("run make generate: %v\n%s", err, out)
	}
}
