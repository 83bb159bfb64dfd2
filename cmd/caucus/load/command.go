package load

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"

	"github.com/caucus-live/caucus/cmd/caucus/cli"
)

const usage = `Plays polls against a server of this contract, and checks what people see.

	caucus load [flags] [http://host:port]

Without an address it starts a server of its own, with an empty data directory, and
ends it. Only such a server can be interrupted. A server elsewhere may limit how many
polls one address may create, and how many commands one person may send.

Flags:
`

// A command is what the flags say.
type command struct {
	Options
	kills, drains int
	bench, sizes  bool
	url           string
}

// Main is the subcommand: it plays what args say, writes the report to stdout, or
// what is wrong to stderr, and returns the exit code: 0, or 1 if something was not
// as it ought to be, or 2 if args make no sense.
func Main(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	c, err := parse(args, stdout)
	if err != nil {
		return cli.Misused(stderr, "load", err)
	}
	ok, err := c.run(ctx, stdout, stderr)
	switch {
	case err != nil:
		return cli.Fail(stderr, "load", err)
	case !ok:
		return cli.Failed
	}
	return cli.OK
}

func parse(args []string, help io.Writer) (*command, error) {
	c := &command{}
	fs := flag.NewFlagSet("", flag.ContinueOnError)
	c.register(fs)
	switch err := cli.Parse(fs, args, usage, help); {
	case err != nil:
		return nil, err
	case fs.NArg() > 1:
		return nil, fmt.Errorf("there is one server, not %d", fs.NArg())
	case fs.NArg() == 1 && (c.kills > 0 || c.drains > 0 || c.bench || c.sizes):
		return nil, errors.New("only a server of its own can be killed, drained or measured: leave the address out")
	case c.kills > 0 && c.drains > 0:
		return nil, errors.New("either -kills or -drains")
	}
	c.url = fs.Arg(0)
	return c, nil
}

func (c *command) register(fs *flag.FlagSet) {
	fs.IntVar(&c.Polls, "polls", 1, "`number` of polls at the same time")
	fs.IntVar(&c.People, "people", 100, "`number` of people in each poll")
	fs.Float64Var(&c.Arrivals, "arrivals", 0, "`number` of people that join each second (default no limit)")
	fs.IntVar(&c.Nominations, "nominations", 10, "`number` of options in each poll")
	fs.IntVar(&c.VotesPerVoter, "votes", 3, "`number` of options that each person ranks")
	fs.StringVar(&c.Method, "method", "", "count by this `method` (default score)")
	fs.DurationVar(&c.Sustain, "sustain", 0, "`duration` of vote changes after everybody has voted")
	fs.Float64Var(&c.Ballots, "ballots", 1000, "`number` of vote changes each second")
	fs.IntVar(&c.AtOnce, "at-once", 0, "`number` of vote changes that wait for their answers at the same time (default one of each person)")
	fs.Float64Var(&c.Reconnects, "reconnects", 0, "`number` of connections cut each second while votes are changed")
	fs.IntVar(&c.Slow, "slow", 0, "`number` of people in each poll that read nothing while others vote")
	fs.BoolVar(&c.Base, "base", false, "speak the base contract: whole views, no patches")
	fs.DurationVar(&c.RetryDelay, "retry", time.Second, "approximate `duration` before a person reconnects")
	fs.DurationVar(&c.Patience, "patience", 2*time.Minute, "maximum `duration` of a phase")
	fs.IntVar(&c.kills, "kills", 0, "`number` of times to kill the server while votes are changed")
	fs.IntVar(&c.drains, "drains", 0, "`number` of times to shut the server down gracefully instead")
	fs.BoolVar(&c.bench, "bench", false, "print the table of docs/performance.md for this machine; other flags are ignored")
	fs.BoolVar(&c.sizes, "sizes", false, "print the table of docs/sizes.md for this machine; other flags are ignored")
}

func (c *command) run(ctx context.Context, stdout, stderr io.Writer) (ok bool, err error) {
	switch {
	case c.bench:
		return bench(ctx, stdout, stderr)
	case c.sizes:
		return sizes(ctx, stdout, stderr)
	case c.url != "":
		c.URL = c.url
		return c.play(ctx, stdout)
	}
	err = withProcess(ctx, stderr, func(p *Process) error {
		c.URL = p.URL()
		if c.kills > 0 {
			c.Interrupt = p.Interruptions(c.kills, syscall.SIGKILL)
		} else if c.drains > 0 {
			c.Interrupt = p.Interruptions(c.drains, syscall.SIGTERM)
		}
		ok, err = c.play(ctx, stdout)
		if peak, told := p.Memory("VmHWM"); told {
			fmt.Fprintf(stdout, "%-12s %d MB at most, of the server\n", "memory", peak/1e6)
		}
		return err
	})
	return ok, err
}

// play plays, and reports as it goes.
func (c *command) play(ctx context.Context, stdout io.Writer) (ok bool, err error) {
	c.Progress = func(p Phase) { writePhase(stdout, p) }
	report, err := Run(ctx, c.Options)
	report.Write(stdout)
	return report.OK(), err
}

// withProcess lends a server of this very program, with an empty data directory.
func withProcess(ctx context.Context, stderr io.Writer, use func(*Process) error, args ...string) (err error) {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	data, err := os.MkdirTemp("", "caucus-load-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(data)) }()
	p, err := StartProcess(ctx, program, data, stderr, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.End(syscall.SIGTERM)) }()
	return use(p)
}
