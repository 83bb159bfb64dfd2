package sqlite_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/caucus-live/caucus/internal/ledger/sqlite"
)

// victimDir, in the environment of this test program, makes it the victim of
// TestKill and says where its ledger is.
const victimDir = "LEDGER_VICTIM_DIR"

const victimLogs = 8

// victim appends to its logs until it is killed, and says what was acknowledged.
func victim(dir string) error {
	l, err := sqlite.Open(dir, nil)
	if err != nil {
		return err
	}
	ctx := context.Background()
	failed := make(chan error)
	for i := range victimLogs {
		go func() { // until the process is killed
			info, err := l.Info(ctx, logID(i))
			for last := int(info.Last); err == nil; last++ {
				if _, err = l.Append(ctx, logID(i), entry(logID(i), last+1)); err == nil {
					_, err = fmt.Fprintln(os.Stdout, i, last+1)
				}
			}
			failed <- err
		}()
	}
	return <-failed
}

// A process is killed in the midst of its appends, again and again: whatever it
// has acknowledged is there.
func TestKill(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir)
	acknowledged := make([]int64, victimLogs)
	for i := range acknowledged {
		create(t, l, logID(i), 1)
		acknowledged[i] = 1
	}
	closeLedger(t, l)
	for round := range 5 {
		kill(t, dir, 50+round*31, acknowledged)
		checkSurvivors(t, dir, acknowledged)
	}
}

// kill starts a victim, kills it after some appends, and notes what it said.
func kill(t *testing.T, dir string, appends int, acknowledged []int64) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), victimDir+"="+dir)
	cmd.Stderr = os.Stderr
	said, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(said)
	for n := 0; lines.Scan(); n++ {
		var log int
		var sequence int64
		if _, err := fmt.Sscan(lines.Text(), &log, &sequence); err != nil {
			t.Fatalf("the victim says %q", lines.Text())
		}
		acknowledged[log] = max(acknowledged[log], sequence)
		switch n {
		case appends / 2:
			if _, err := sqlite.Open(dir, nil); !errors.Is(err, sqlite.ErrInUse) {
				t.Errorf("Open while another process has it: %v, want ErrInUse", err)
			}
		case appends:
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); err == nil || cmd.ProcessState.Exited() {
		t.Fatalf("the victim was not killed, but ended: %v", err)
	}
}
