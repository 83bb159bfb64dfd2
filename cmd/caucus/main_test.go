package main

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// actAsCaucus, in the environment of this test program, makes it the program under
// test: so tests have one that they can kill.
const actAsCaucus = "CAUCUS_TEST_ACT"

func TestMain(m *testing.M) {
	if os.Getenv(actAsCaucus) != "" {
		main()
		return
	}
	goleak.VerifyTestMain(m)
}
