package main

import (
	"io"
	"strings"
	"testing"
)

// The client says what it has done, and takes a step for each line it gets.
func TestClientSteps(t *testing.T) {
	_, url := serve(t)
	var out strings.Builder
	args := []string{"-url", url, "-connections", "3", "-echoes", "5", "-inflight", "2"}
	if err := client(t.Context(), args, strings.NewReader("\n\n\n"), &out); err != nil {
		t.Fatal(err)
	}
	if out.String() != "ready\nconnected\ndone\n" {
		t.Errorf("it said %q", &out)
	}
	if err := client(t.Context(), []string{"-url", "http://127.0.0.1:0\x00"}, strings.NewReader("\n"), io.Discard); err == nil {
		t.Error("an address that is none is not an error")
	}
}
