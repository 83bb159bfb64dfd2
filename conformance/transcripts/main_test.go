// Package transcripts_test plays the protocols' rules, which are written down
// beside it, one a file. README.md describes their form.
package transcripts_test

import (
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
