// Package convertcmd is the subcommand caucus convert: it writes an election file in another
// format.
package convertcmd

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/caucus-live/caucus/cmd/caucus/cli"
	"github.com/caucus-live/caucus/internal/ballotfile"
)

const usage = `Usage: caucus convert -to FORMAT [flags] FILE

Reads an election file, as caucus count does, and writes it to standard output as blt,
preflib, csv or json. The ballots stay what they are: what a format has no place for is
refused if it would change a count, and else named on standard error. The file - is
standard input.

`

// Run converts the file that args name and writes it to stdout. What the new format has no
// place for, and what is wrong, goes to stderr. It returns the exit code: 0, or 1 if the file
// cannot be read or written, or 2 if args make no sense; then nothing is written to stdout.
// Cancelling ctx stops the reading.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	o, err := parse(args, stdout)
	if err != nil {
		return cli.Misused(stderr, "convert", err)
	}
	if err := o.convert(ctx, stdin, stdout, stderr); err != nil {
		return cli.Fail(stderr, "convert", err)
	}
	return cli.OK
}

// options are what the arguments say.
type options struct {
	reader ballotfile.Reader
	to     ballotfile.Format
	file   string
}

func parse(args []string, help io.Writer) (*options, error) {
	o := new(options)
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	format := func(to *ballotfile.Format, among []ballotfile.Format) func(string) error {
		return func(text string) error {
			if *to = ballotfile.Format(text); !slices.Contains(among, *to) {
				return fmt.Errorf("it should be one of %s", list(among))
			}
			return nil
		}
	}
	flags.Func("to", "write this `format`: "+list(ballotfile.Written()), format(&o.to, ballotfile.Written()))
	flags.Func("from", "the file's `format`: "+list(ballotfile.Formats())+" (default detected from its name or its beginning)",
		format(&o.reader.Format, ballotfile.Formats()))
	flags.StringVar(&o.reader.Contest, "contest", "", "convert this `contest` of a file that has several")
	switch err := cli.Parse(flags, args, usage, help); {
	case err != nil:
		return nil, err
	case flags.NArg() != 1:
		return nil, fmt.Errorf("there should be one file, not %d", flags.NArg())
	case o.to == "":
		return nil, fmt.Errorf("-to is missing: it should be one of %s", list(ballotfile.Written()))
	}
	o.file = flags.Arg(0)
	return o, nil
}

func list(formats []ballotfile.Format) string {
	var names []string
	for _, f := range formats {
		names = append(names, string(f))
	}
	return strings.Join(names, ", ")
}

// convert reads and writes.
func (o *options) convert(ctx context.Context, stdin io.Reader, stdout, stderr io.Writer) error {
	f, err := cli.ReadElection(ctx, o.reader, o.file, stdin)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	lost, err := ballotfile.Write(&out, o.to, f)
	if err != nil {
		return err
	}
	for _, note := range f.Notes {
		fmt.Fprintf(stderr, "caucus convert: %s\n", note)
	}
	if len(lost) > 0 {
		fmt.Fprintf(stderr, "caucus convert: %s has no place for %s.\n", o.to, strings.Join(lost, ", "))
	}
	_, err = stdout.Write(out.Bytes())
	return err
}
