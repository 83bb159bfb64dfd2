package audit_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/audit"
	"github.com/caucus-live/caucus/internal/audit/audittest"
	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/ledger/memory"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/tally"
)

// keep puts a log into a ledger.
func keep(tb testing.TB, l ledger.Ledger, id string, log [][]byte) {
	tb.Helper()
	if err := l.Create(context.Background(), id, audittest.Expires, log...); err != nil {
		tb.Fatal(err)
	}
}

func snapshot(tb testing.TB, l ledger.Ledger, id string, sequence uint64, data []byte) {
	tb.Helper()
	if err := l.SaveSnapshot(context.Background(), id, ledger.Snapshot{Sequence: sequence, Data: data}); err != nil {
		tb.Fatal(err)
	}
}

// faults applies a ledger again, and returns what is wrong with it.
func faults(t *testing.T, l ledger.Ledger) (*audit.Replay, []string) {
	t.Helper()
	var r audit.Replay
	var all []string
	for err := range r.Faults(t.Context(), l) {
		if _, ok := errors.AsType[*audit.Fault](err); !ok {
			t.Errorf("%v is not a fault", err)
		}
		all = append(all, err.Error())
	}
	return &r, all
}

func TestReplay(t *testing.T) {
	l := new(memory.Ledger)
	defer l.Close()
	open, closed := audittest.Open(t, "AAAAAA", tally.IRV, 9), audittest.Close(t, "BBBBBB", tally.STV, 9)
	keep(t, l, "AAAAAA", open.Log)
	snapshot(t, l, "AAAAAA", uint64(len(open.Log)), open.State.Snapshot())
	// The last came too late: somebody else had closed the poll.
	keep(t, l, "BBBBBB", append(closed.Log, closed.Log[len(closed.Log)-1]))
	snapshot(t, l, "BBBBBB", uint64(len(closed.Log)), closed.State.Snapshot())
	r, found := faults(t, l)
	if found != nil {
		t.Errorf("faults: %q", found)
	}
	want := &audit.Replay{Polls: 2, Entries: len(open.Log) + len(closed.Log) + 1, Refused: 1, Snapshots: 2, Closed: 1}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Errorf("replay (-want +got):\n%s", diff)
	}
}

// Any entry but the first, which makes the poll, may be refused.
func TestReplayOfRefusals(t *testing.T) {
	l := new(memory.Ledger)
	defer l.Close()
	log := audittest.Close(t, "AAAAAA", tally.IRV, 3).Log
	keep(t, l, "AAAAAA", [][]byte{log[0], log[len(log)-1]})
	r, found := faults(t, l)
	if want := (&audit.Replay{Polls: 1, Entries: 2, Refused: 1}); found != nil || !cmp.Equal(want, r) {
		t.Errorf("%+v, faults %q", r, found)
	}
}

// Each fault is told, and hides no other.
func TestReplayFindsFaults(t *testing.T) {
	l := new(memory.Ledger)
	defer l.Close()
	sound := audittest.Close(t, "SOUND2", tally.IRV, 5)
	n := uint64(len(sound.Log))
	other := audittest.Open(t, "SOUND2", tally.IRV, 6)
	for id, log := range map[string][][]byte{
		"ANOTHE": sound.Log,
		"DAMAGE": slices.Concat(sound.Log[:3], [][]byte{[]byte("{}")}, sound.Log[4:]),
		"HEADLE": sound.Log[1:],
		"TWICE2": twice(t, "TWICE2"),
	} {
		keep(t, l, id, log)
	}
	later := audittest.Open(t, "LATER2", tally.IRV, 1).Log
	if err := l.Create(t.Context(), "LATER2", audittest.Expires.Add(time.Hour), later...); err != nil {
		t.Fatal(err)
	}
	for id, data := range map[string][]byte{
		"SNAP22": bytes.ReplaceAll(other.State.Snapshot(), []byte("SOUND2"), []byte("SNAP22")),
		"SNAP33": []byte("{}"),
	} {
		keep(t, l, id, audittest.Close(t, id, tally.IRV, 5).Log)
		snapshot(t, l, id, n, data)
	}
	keep(t, l, "SOUND2", sound.Log)

	r, found := faults(t, l)
	for i, want := range []string{
		`poll "ANOTHE": its log says that it is poll "SOUND2".`,
		`poll "DAMAGE", entry 4: poll: an entry is damaged: it has 0 commands instead of one.`,
		`poll "HEADLE", entry 1: There is no such poll.`,
		`poll "LATER2" is kept until 2026-01-02 13:00:00 +0000 UTC, but its log says 2026-01-02 12:00:00 +0000 UTC.`,
		fmt.Sprintf(`poll "SNAP22": its snapshot of entry %d is not what the entries up to it make.`, n),
		fmt.Sprintf(`poll "SNAP33": its snapshot of entry %d cannot be used: poll: a snapshot is damaged, or of another version than this program`, n),
		`poll "TWICE2": its export does not hold: ballots[1].receipt is AAAAAAAAAAAAAAAAAAAAAAAAAA, which is that of ballots[0] too`,
	} {
		if i >= len(found) || !strings.HasPrefix(found[i], want) {
			t.Errorf("fault %d should be %s", i, want)
		}
	}
	if len(found) != 7 || r.Polls != 8 {
		t.Errorf("%d polls, faults:\n%s", r.Polls, strings.Join(found, "\n"))
	}
}

// twice plays a poll in which two people were given one receipt.
func twice(t *testing.T, id string) [][]byte {
	t.Helper()
	p := audittest.Open(t, id, tally.IRV, 2)
	for voter := range p.State.Participants() {
		p.Do(voter, poll.Cast{Ranking: []poll.NominationID{}, Receipt: strings.Repeat("A", 26)})
	}
	p.Do(p.State.Admin(), poll.Close{})
	return p.Log
}

// A ledger that cannot be read any more ends the replay; damage that it knows of itself
// does not.
func TestReplayOfABrokenLedger(t *testing.T) {
	l := new(memory.Ledger)
	for _, id := range []string{"AAAAAA", "BBBBBB"} {
		keep(t, l, id, audittest.Open(t, id, tally.IRV, 1).Log)
	}
	var r audit.Replay
	damaged := failing{l, &ledger.CorruptError{Log: "AAAAAA", Sequence: 1, Reason: "it is missing"}}
	if found := slices.Collect(r.Faults(t.Context(), damaged)); found != nil || r.Polls != 2 {
		t.Errorf("%d polls, %v", r.Polls, found)
	}
	gone := errors.New("the disk is gone")
	if found := slices.Collect(r.Faults(t.Context(), failing{l, gone})); len(found) != 1 || !errors.Is(found[0], gone) {
		t.Errorf("found %v", found)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if found := slices.Collect(r.Faults(t.Context(), l)); len(found) != 1 || !errors.Is(found[0], ledger.ErrClosed) {
		t.Errorf("found %v", found)
	}
}

// A failing ledger has snapshots that cannot be read.
type failing struct {
	ledger.Ledger
	err error
}

func (f failing) Snapshot(context.Context, string) (ledger.Snapshot, error) {
	return ledger.Snapshot{}, f.err
}
