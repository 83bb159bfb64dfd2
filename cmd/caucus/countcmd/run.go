// Package countcmd is the subcommand caucus count: it counts an election file, without a
// server, and tells the outcome and the way to it.
package countcmd

import (
	"context"
	"io"

	"github.com/caucus-live/caucus/cmd/caucus/cli"
	"github.com/caucus-live/caucus/internal/ballotfile"
)

// Run counts the file that args name, and writes the outcome to stdout, or what is wrong
// to stderr. The file - is stdin. It returns the exit code: 0, or 1 if the file cannot be
// read or counted, or 2 if args make no sense; then nothing is written to stdout.
// Cancelling ctx stops the reading.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	o, err := parse(args, stdout)
	if err != nil {
		return cli.Misused(stderr, "count", err)
	}
	if err := o.count(ctx, stdin, stdout); err != nil {
		return cli.Fail(stderr, "count", err)
	}
	return cli.OK
}

// count reads, counts and writes.
func (o *options) count(ctx context.Context, stdin io.Reader, stdout io.Writer) error {
	f, err := cli.ReadElection(ctx, ballotfile.Reader{Format: o.from, Contest: o.contest}, o.file, stdin)
	if err != nil {
		return err
	}
	method, election, err := o.apply(f)
	if err != nil {
		return err
	}
	out, err := count(ctx, method, f, election)
	if err != nil {
		return err
	}
	out.explain = o.explain
	text, err := out.format(o.format)
	if err != nil {
		return err
	}
	_, err = stdout.Write(text)
	return err
}
