package clustercmd

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/caucus-live/caucus/cmd/caucus/cli"
	"github.com/caucus-live/caucus/internal/cluster"
	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/ledger/jetstream"
	"github.com/caucus-live/caucus/internal/ledger/sqlite"
	"github.com/caucus-live/caucus/internal/live"
)

const copyUsage = `Usage: caucus ledger copy -from PLACE -to PLACE

Copies all polls that have not expired from one ledger to another, and compares both
entry by entry. It can be broken off and begun again. A place is nats://… for NATS
servers; or the data directory of a server: of one that runs with -cluster on this
machine, or of one that does not run, which keeps its polls in that directory alone.
Nobody may use the polls meanwhile. Tokens stay valid if the servers are then started
with the key of before: -token-key-file.

`

// Copy carries out caucus ledger copy, and returns the exit code: 0; or 1 if the ledgers
// are not the same afterwards; or 2 if args make no sense.
func Copy(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var from, to string
	var access cluster.Access
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	flags.StringVar(&from, "from", "", "copy from this `place`")
	access.Flags(flags)
	flags.StringVar(&to, "to", "", "copy to this `place`")
	switch err := cli.Parse(flags, args, copyUsage, stdout); {
	case err != nil:
		return cli.Misused(stderr, "ledger copy", err)
	case from == "" || to == "":
		return cli.Misused(stderr, "ledger copy", errors.New("it needs -from and -to"))
	case flags.NArg() > 0:
		return cli.Misused(stderr, "ledger copy", fmt.Errorf("there is no use for %q", flags.Arg(0)))
	}
	done, err := copyAll(ctx, from, to, access)
	if err != nil {
		return cli.Fail(stderr, "ledger copy", err)
	}
	fmt.Fprintf(stdout, "The same in both: %d polls with %d entries, %d of them copied now. Expired, and left out: %d.\n",
		done.Logs, done.Entries, done.Appended, done.Expired)
	return cli.OK
}

func copyAll(ctx context.Context, from, to string, access cluster.Access) (done ledger.Copied, err error) {
	source, closeSource, err := openPlace(ctx, from, access, true)
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, closeSource()) }()
	target, closeTarget, err := openPlace(ctx, to, access, false)
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, closeTarget()) }()
	return ledger.Copy(ctx, source, target, time.Now())
}

// openPlace opens the ledger of a place; of a directory, what a server keeps there.
func openPlace(ctx context.Context, place string, access cluster.Access, reading bool) (l ledger.Ledger, closeAll func() error, err error) {
	urls := ""
	if strings.Contains(place, "://") {
		urls = place
	} else if !IsMember(place) {
		var l *sqlite.Ledger
		if reading {
			l, err = sqlite.OpenReadOnly(place) //nolint:contextcheck // opening is not given up halfway
		} else {
			l, err = sqlite.Open(place, nil) //nolint:contextcheck // likewise
		}
		if err != nil {
			return nil, nil, err
		}
		return l, l.Close, nil
	}
	node, err := contact(urls, access, place)
	if err != nil {
		return nil, nil, err
	}
	shared, err := jetstream.Open(ctx, node.Conn(), &jetstream.Options{Replicas: node.Replicas(), Horizon: live.MaxLifetime})
	if err != nil {
		return nil, nil, errors.Join(err, node.Close())
	}
	return shared, func() error { return errors.Join(shared.Close(), node.Close()) }, nil
}
