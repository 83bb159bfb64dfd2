package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"
)

// This test program is also the servers that it measures.
func TestMain(m *testing.M) {
	if len(os.Args) == 4 && os.Args[1] == "server" {
		main()
		return
	}
	m.Run()
}

// Servers find each other over each adapter, all messages arrive, and each has its row.
func TestRun(t *testing.T) {
	var out, complaint bytes.Buffer
	if err := run(t.Context(), []string{"-receivers", "2", "-messages", "40"}, &out, &complaint); err != nil {
		t.Fatalf("%v\n%s", err, &complaint)
	}
	for _, row := range []string{"| adapter/nats | 2 |", "| adapter/redis | 2 |"} {
		if !strings.Contains(out.String(), row) {
			t.Errorf("%q is not in\n%s", row, &out)
		}
	}
}

func TestRunRefuses(t *testing.T) {
	for _, args := range [][]string{{"-receivers", "none"}, {"-receivers", "0"}, {"-nonsense"}} {
		if err := run(context.Background(), args, new(bytes.Buffer), new(bytes.Buffer)); err == nil {
			t.Errorf("%q", args)
		}
	}
}
