package load_test

import (
	"context"
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/caucus-live/caucus/cmd/caucus/load"
)

// This test program is also the program whose subcommand load is, for the processes that
// a play starts.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "load" {
		os.Exit(load.Main(context.Background(), os.Args[2:], os.Stdin, os.Stdout, os.Stderr))
	}
	goleak.VerifyTestMain(m)
}
