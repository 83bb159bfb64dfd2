package ledgercmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/caucus-live/caucus/internal/audit"
	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/ledger/sqlite"
	"github.com/caucus-live/caucus/internal/poll"
)

const (
	lsUsage = `Usage: caucus ledger ls [flags]

Lists the polls, while the server runs or not: code, entries, expiry.

`
	showUsage = `Usage: caucus ledger show [flags] CODE

Says what is known of a poll, while the server runs or not: what anybody may know who has
its code. It shows neither names nor ballots.

`
	exportUsage = `Usage: caucus ledger export [flags] CODE

Writes a closed poll as JSON, as the server does at /polls/CODE/export.json, while the
server runs or not. caucus verify checks it, and caucus count counts it.

`
	pruneUsage = `Usage: caucus ledger prune [flags]

Removes polls that have expired, as the server does on its own, and gives their room back
to the file system, as the server does not. The server must not run.

`
)

// A listed poll is a line of ls.
type listed struct {
	ID      string    `json:"id"`
	Entries uint64    `json:"entries"`
	Expires time.Time `json:"expires"`
}

// look opens the ledger for reading, and closes it after use has.
func (j *job) look(use func(*sqlite.Ledger) error) (err error) {
	l, err := sqlite.OpenShared(j.data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	return use(l)
}

func list(ctx context.Context, j *job) error {
	return j.look(func(l *sqlite.Ledger) error { //nolint:contextcheck // opening is not given up halfway
		polls := []listed{}
		for info, err := range l.Logs(ctx) {
			if err != nil {
				return err
			}
			polls = append(polls, listed{info.ID, info.Last, info.Expires})
		}
		if j.json {
			return j.encode(polls)
		}
		w := tabwriter.NewWriter(j.stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "CODE\tENTRIES\tEXPIRES")
		for _, p := range polls {
			fmt.Fprintf(w, "%s\t%d\t%s\n", p.ID, p.Entries, p.Expires.Format(time.RFC3339))
		}
		return w.Flush()
	})
}

// state returns the poll that the argument names.
func (j *job) state(ctx context.Context, l *sqlite.Ledger) (*poll.State, error) {
	code, err := poll.ParseCode(j.arg)
	if err != nil {
		return nil, err
	}
	state, err := audit.State(ctx, l, code)
	if errors.Is(err, ledger.ErrNotFound) {
		return nil, fmt.Errorf("there is no poll %s; caucus ledger ls lists those that are", code)
	}
	return state, err
}

func show(ctx context.Context, j *job) error {
	return j.look(func(l *sqlite.Ledger) error { //nolint:contextcheck // opening is not given up halfway
		state, err := j.state(ctx, l)
		if err != nil {
			return err
		}
		s := state.Summary()
		if j.json {
			return j.encode(s)
		}
		w := tabwriter.NewWriter(j.stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintf(w, "code\t%s\ntopic\t%s\nphase\t%s\nparticipants\t%d\nnominations\t%d\nentries\t%d\nexpires\t%s\n",
			s.ID, s.Topic, s.Phase, s.ParticipantCount, s.NominationCount, state.Version(), s.ExpiresAt.Format(time.RFC3339))
		if s.BallotCount != nil {
			fmt.Fprintf(w, "ballots\t%d\n", *s.BallotCount)
		}
		return w.Flush()
	})
}

func export(ctx context.Context, j *job) error {
	return j.look(func(l *sqlite.Ledger) error { //nolint:contextcheck // opening is not given up halfway
		state, err := j.state(ctx, l)
		if err != nil {
			return err
		}
		e, err := state.Export()
		if err != nil {
			return err
		}
		return j.encode(e)
	})
}

func (j *job) encode(v any) error {
	data, err := json.MarshalIndent(v, "", "\t")
	if err != nil {
		return err
	}
	_, err = j.stdout.Write(append(data, '\n'))
	return err
}

// pruneStep is how many polls are removed at once.
const pruneStep = 100

func prune(ctx context.Context, j *job) (err error) {
	if _, err := os.Stat(filepath.Join(j.data, "ledger.db")); err != nil { // opening would make one
		return err
	}
	l, err := sqlite.Open(j.data, nil) //nolint:contextcheck // opening is not given up halfway
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	removed := 0
	for {
		ids, err := l.Expire(ctx, time.Now(), pruneStep)
		if err != nil {
			return err
		}
		if removed += len(ids); len(ids) == 0 {
			break
		}
	}
	if err := l.Compact(ctx); err != nil {
		return err
	}
	_, err = fmt.Fprintf(j.stdout, "Removed: %d polls.\n", removed)
	return err
}
