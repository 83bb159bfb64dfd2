package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/caucus-live/caucus/cmd/caucus/load"
)

// actAsCaucus, in the environment of this test program, makes it the program under
// test, so that tests have one that they can kill, or with the value actAsParent one
// that has started such a program. All processes that tests start have it.
const (
	actAsCaucus = "CAUCUS_TEST_ACT"
	actAsParent = "parent"
)

func TestMain(m *testing.M) {
	switch os.Getenv(actAsCaucus) {
	case "":
		_ = os.Setenv(actAsCaucus, "yes")
		_ = os.Setenv("GORACE", "atexit_sleep_ms=10") // not a second at each end
		goleak.VerifyTestMain(m)
	case actAsParent:
		parent()
	default:
		main()
	}
}

// parent is this program as a test that has started a server and is given up.
func parent() {
	_ = os.Setenv(actAsCaucus, "yes")
	p, err := load.StartProcess(context.Background(), os.Args[0], os.Args[1], os.Stderr)
	fmt.Fprintln(os.Stdout, p.URL(), err)
	_, _ = io.Copy(io.Discard, os.Stdin) // until killed
}
