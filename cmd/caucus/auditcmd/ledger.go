package auditcmd

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"

	"github.com/caucus-live/caucus/cmd/caucus/cli"
	"github.com/caucus-live/caucus/cmd/caucus/clustercmd"
	"github.com/caucus-live/caucus/internal/audit"
	"github.com/caucus-live/caucus/internal/ledger/sqlite"
)

const ledgerUsage = `Usage: caucus ledger verify [flags]

Checks all that a server keeps: reads every byte of the ledger, applies every poll's
log from its start, and compares what that makes with what is kept beside it. Nothing
is written. The server must not run.

`

// Ledger carries out caucus ledger: args say verify, and of which directory. It writes
// to stdout each fault that it finds, one a line, and then how much it looked at; or to
// stderr why it cannot. Where args do not name a directory, data does. It returns the exit
// code: 0; or 1 if there are faults or it could not look; or 2 if args make no sense.
func Ledger(ctx context.Context, args []string, data string, stdout, stderr io.Writer) int {
	verify := len(args) > 0 && args[0] == "verify"
	if verify {
		args = args[1:]
	}
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	flags.StringVar(&data, "data", data, "the `directory` of the ledger")
	switch err := cli.Parse(flags, args, ledgerUsage, stdout); {
	case err != nil:
		return cli.Misused(stderr, "ledger", err)
	case !verify:
		return cli.Misused(stderr, "ledger", errors.New("unknown subcommand; the only one is verify"))
	case flags.NArg() > 0:
		return cli.Misused(stderr, "ledger", fmt.Errorf("there is no use for %q", flags.Arg(0)))
	}
	found, err := verifyLedger(ctx, data, stdout)
	switch {
	case err != nil:
		return cli.Fail(stderr, "ledger verify", err)
	case found > 0:
		return cli.Failed
	}
	return cli.OK
}

// verifyLedger writes what is wrong with a ledger, and returns how many faults that is.
func verifyLedger(ctx context.Context, dir string, stdout io.Writer) (found int, err error) {
	l, err := sqlite.OpenReadOnly(dir) //nolint:contextcheck // opening is not given up halfway
	switch {
	case errors.Is(err, sqlite.ErrInUse):
		return 0, fmt.Errorf("%w; stop that server first, or verify a backup in a directory of its own", err)
	case err != nil:
		return 0, clustercmd.Explain(dir, err)
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	var replay audit.Replay
	for _, faults := range []iter.Seq[error]{l.Verify(ctx), replay.Faults(ctx, l)} {
		for fault := range faults {
			if ctx.Err() != nil {
				return found, context.Cause(ctx)
			}
			found++
			fmt.Fprintln(stdout, fault)
		}
	}
	fmt.Fprintf(stdout, "Faults: %d. Polls: %d. Entries: %d, of them without effect: %d. Snapshots: %d. Results counted again: %d.\n",
		found, replay.Polls, replay.Entries, replay.Refused, replay.Snapshots, replay.Closed)
	return found, nil
}
