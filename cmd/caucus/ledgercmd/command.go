// Package ledgercmd is caucus ledger: what an operator does with all that a server keeps.
package ledgercmd

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"

	"github.com/caucus-live/caucus/cmd/caucus/auditcmd"
	"github.com/caucus-live/caucus/cmd/caucus/cli"
	"github.com/caucus-live/caucus/cmd/caucus/clustercmd"
	"github.com/caucus-live/caucus/internal/ledger/sqlite"
)

const usage = `Usage: caucus ledger COMMAND [flags]

	backup FILE       copy the ledger to a file, while the server runs
	restore FILE      make a ledger from such a file
	ls                list the polls
	show CODE         say what is known of a poll, without ballots and names
	export CODE       write a closed poll as GET /polls/{id}/export.json does
	prune             remove what has expired, and give its room back
	verify            check everything
	copy              copy the polls between one server and several, and compare both

Each takes -help, and all but copy -data DIRECTORY.
`

// A verb is one of the commands.
type verb struct {
	usage string
	args  int // that it takes
	flags func(*flag.FlagSet, *job)
	run   func(context.Context, *job) error
}

// A job is a verb, and what args say of it.
type job struct {
	data   string
	arg    string
	stdout io.Writer
	stderr io.Writer

	backupOptions
	json bool
}

var verbs = map[string]verb{
	"backup":  {backupUsage, 1, backupFlags, backup},
	"restore": {restoreUsage, 1, nil, restore},
	"ls":      {lsUsage, 0, jsonFlag, list},
	"show":    {showUsage, 1, jsonFlag, show},
	"export":  {exportUsage, 1, nil, export},
	"prune":   {pruneUsage, 0, nil, prune},
}

// Run is the subcommand. Where args do not name a directory, data does. It writes what
// was asked for to stdout, or what is wrong to stderr, and returns the exit code: 0; or
// 1 if it could not be done; or 2 if args make no sense.
func Run(ctx context.Context, args []string, data string, stdout, stderr io.Writer) int {
	name := ""
	if len(args) > 0 {
		name = args[0]
	}
	switch name {
	case "verify":
		return auditcmd.Ledger(ctx, args, data, stdout, stderr)
	case "copy":
		return clustercmd.Copy(ctx, args[1:], stdout, stderr)
	}
	v, ok := verbs[name]
	if !ok {
		return unknown(name, stdout, stderr)
	}
	j := &job{data: data, stdout: stdout, stderr: stderr}
	fs := flag.NewFlagSet("", flag.ContinueOnError)
	fs.StringVar(&j.data, "data", data, "the `directory` of the ledger")
	if v.flags != nil {
		v.flags(fs, j)
	}
	err := cli.Parse(fs, args[1:], v.usage, stdout)
	if err == nil && fs.NArg() != v.args {
		err = fmt.Errorf("the number of arguments after the flags is %d; it should be %d", fs.NArg(), v.args)
	}
	if err != nil {
		return cli.Misused(stderr, "ledger "+name, err)
	}
	j.arg = fs.Arg(0)
	if err := v.run(ctx, j); err != nil {
		return cli.Fail(stderr, "ledger "+name, j.explain(err))
	}
	return cli.OK
}

func unknown(name string, stdout, stderr io.Writer) int {
	switch name {
	case "-h", "-help", "--help", "help":
		fmt.Fprint(stdout, usage)
		return cli.OK
	case "":
		fmt.Fprint(stderr, usage)
		return cli.Usage
	}
	fmt.Fprintf(stderr, "caucus ledger: there is no command %q\n%s", name, usage)
	return cli.Usage
}

// explain adds what to do.
func (j *job) explain(err error) error {
	if errors.Is(err, sqlite.ErrInUse) {
		return fmt.Errorf("%w; stop that server first", err)
	}
	return clustercmd.Explain(j.data, err)
}

func jsonFlag(fs *flag.FlagSet, j *job) { fs.BoolVar(&j.json, "json", false, "write JSON") }
