package auditcmd_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/caucus-live/caucus/cmd/caucus/auditcmd"
	"github.com/caucus-live/caucus/internal/audit/audittest"
	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/ledger/sqlite"
	"github.com/caucus-live/caucus/internal/tally"
)

// ledgerCommand runs caucus ledger.
func ledgerCommand(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, complaint bytes.Buffer
	code = auditcmd.Ledger(t.Context(), args, "nowhere", &out, &complaint)
	return code, out.String(), complaint.String()
}

// fill makes a ledger of two polls, and does something to it.
func fill(t *testing.T, dir string, more func(ledger.Ledger) error) {
	t.Helper()
	l, err := sqlite.Open(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	for id, p := range map[string]*audittest.Play{
		"AAAAAA": audittest.Open(t, "AAAAAA", tally.IRV, 9),
		"BBBBBB": audittest.Close(t, "BBBBBB", tally.STV, 9),
	} {
		if err := l.Create(t.Context(), id, audittest.Expires, p.Log...); err != nil {
			t.Fatal(err)
		}
	}
	if err := more(l); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

func nothing(ledger.Ledger) error { return nil }

func TestLedgerVerify(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir, nothing)
	const want = "Faults: 0. Polls: 2. Entries: 53, of them without effect: 0. Snapshots: 0. Results counted again: 1.\n"
	if code, stdout, stderr := ledgerCommand(t, "verify", "-data", dir); code != 0 || stdout != want || stderr != "" {
		t.Errorf("exit %d: %s%s", code, stdout, stderr)
	}
}

func TestLedgerVerifyFindsFaults(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir, func(l ledger.Ledger) error {
		later := audittest.Open(t, "CCCCCC", tally.IRV, 3).Log
		return l.Create(t.Context(), "CCCCCC", audittest.Expires.Add(time.Hour), later...)
	})
	// Now flip a bit in a name in the other poll's log.
	path := filepath.Join(dir, "ledger.db")
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	i := bytes.Index(content, []byte("Ramen"))
	content[i] ^= 1
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := ledgerCommand(t, "verify", "-data", dir)
	lines := strings.Split(stdout, "\n")
	if code != 1 || stderr != "" || len(lines) < 3 || !strings.Contains(stdout, "it does not match its checksum\n") || !strings.Contains(stdout, "\nFaults: ") {
		t.Errorf("exit %d:\n%s%s", code, stdout, stderr)
	}
}

func TestLedgerVerifyRefuses(t *testing.T) {
	used := t.TempDir()
	l, err := sqlite.Open(used, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	empty := t.TempDir()
	for name, test := range map[string]struct {
		args []string
		code int
		want string
	}{
		"a running server":   {[]string{"verify", "-data", used}, 1, "another server has it open; stop that server first"},
		"an empty directory": {[]string{"verify", "-data", empty}, 1, "choose the directory with -data"},
		"the default":        {[]string{"verify"}, 1, "nowhere"},
		"nothing":            {nil, 2, "unknown subcommand; the only one is verify\ncaucus ledger -help shows how to use it.\n"},
		"another verb":       {[]string{"repair"}, 2, "unknown subcommand; the only one is verify"},
		"an argument":        {[]string{"verify", "it"}, 2, `there is no use for "it"`},
		"a flag":             {[]string{"verify", "-nonsense"}, 2, "-nonsense"},
	} {
		code, stdout, stderr := ledgerCommand(t, test.args...)
		if code != test.code || stdout != "" || !strings.HasPrefix(stderr, "caucus ledger") || !strings.Contains(stderr, test.want) {
			t.Errorf("%s: exit %d, stdout %q, stderr\n%s", name, code, stdout, stderr)
		}
	}
	if left, err := os.ReadDir(empty); err != nil || len(left) > 0 {
		t.Errorf("something was made: %v, %v", left, err)
	}
}

func TestLedgerVerifyEndsWithItsContext(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir, nothing)
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(fmt.Errorf("interrupted"))
	var stdout, stderr bytes.Buffer
	if code := auditcmd.Ledger(ctx, []string{"verify", "-data", dir}, "", &stdout, &stderr); code != 1 || stderr.String() != "caucus ledger verify: interrupted\n" || stdout.Len() > 0 {
		t.Errorf("exit %d: %s%s", code, &stdout, &stderr)
	}
}
