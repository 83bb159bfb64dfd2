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

	caucus load [flags] [http://host:port ...]

Without an address it starts a server of its own, or with -cluster three, with empty data
directories, and ends them. Only such servers can be interrupted. With several addresses,
of servers that keep the polls together, people spread over them, and move to another when
theirs goes away. A server elsewhere may limit how many polls one address may create, and
how many commands one person may send.

Flags:
`

// A command is what the flags say.
type command struct {
	Options
	kills, drains int
	bench, sizes  bool
	cluster       bool
	part          bool
	benchCluster  bool
	peopleGiven   bool
}

// Main is the subcommand: it plays what args say, writes the report to stdout, or
// what is wrong to stderr, and returns the exit code: 0, or 1 if something was not
// as it ought to be, or 2 if args make no sense.
// From stdin it reads only what another such process tells it.
func Main(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	c, err := parse(args, stdout)
	if err != nil {
		return cli.Misused(stderr, "load", err)
	}
	ok, err := c.run(ctx, stdin, stdout, stderr)
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
	case fs.NArg() > 0 && (c.kills > 0 || c.drains > 0 || c.cluster || c.bench || c.benchCluster || c.sizes):
		return nil, errors.New("only servers of its own can be started, killed, drained or measured: leave the address out")
	case c.kills > 0 && c.drains > 0:
		return nil, errors.New("either -kills or -drains")
	}
	c.URLs = fs.Args()
	fs.Visit(func(f *flag.Flag) { c.peopleGiven = c.peopleGiven || f.Name == "people" })
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
	fs.BoolVar(&c.cluster, "cluster", false, "start three servers with NATS inside, instead of one")
	fs.IntVar(&c.kills, "kills", 0, "`number` of times to kill the server, or one that leads the cluster, while votes are changed")
	fs.IntVar(&c.drains, "drains", 0, "`number` of times to shut it down gracefully instead; in a cluster, each server in turn")
	fs.IntVar(&c.Processes, "processes", 0, "`number` of processes for the people, since the system limits the connections of each (default this one alone)")
	fs.BoolVar(&c.part, "part", false, "be one of these processes, as told on the standard input; other flags are ignored")
	fs.BoolVar(&c.bench, "bench", false, "print the table of docs/performance.md for this machine; other flags are ignored")
	fs.BoolVar(&c.benchCluster, "bench-cluster", false, "print the table of docs/scaling.md for this machine; of the other flags, only -people counts (default 30000 and 45000, or what the machine can carry)")
	fs.BoolVar(&c.sizes, "sizes", false, "print the table of docs/sizes.md for this machine; other flags are ignored")
}

func (c *command) run(ctx context.Context, stdin io.Reader, stdout, stderr io.Writer) (ok bool, err error) {
	switch {
	case c.part:
		return true, part(ctx, stdin, stdout)
	case c.bench:
		return bench(ctx, stdout, stderr)
	case c.benchCluster:
		people := 0
		if c.peopleGiven {
			people = c.People
		}
		return benchCluster(ctx, people, stdout, stderr)
	case c.sizes:
		return sizes(ctx, stdout, stderr)
	case len(c.URLs) > 0:
		return c.play(ctx, stdout)
	case c.cluster:
		err = withCluster(ctx, stderr, func(servers *Cluster) error {
			ok, err = c.playAt(ctx, servers, stdout)
			return err
		})
		return ok, err
	}
	err = withProcess(ctx, stderr, func(p *Process) error {
		ok, err = c.playAt(ctx, p, stdout)
		if peak, told := p.Memory("VmHWM"); told {
			fmt.Fprintf(stdout, "%-12s %d MB at most, of the server\n", "memory", peak/1e6)
		}
		return err
	})
	return ok, err
}

// own is what servers that this program has started can do.
type own interface {
	URLs() []string
	Interruptions(times int, signal syscall.Signal) func(context.Context) error
}

// playAt plays at servers that can be interrupted.
func (c *command) playAt(ctx context.Context, servers own, stdout io.Writer) (bool, error) {
	c.URLs = servers.URLs()
	if c.kills > 0 {
		c.Interrupt = servers.Interruptions(c.kills, syscall.SIGKILL)
	} else if c.drains > 0 {
		c.Interrupt = servers.Interruptions(c.drains, syscall.SIGTERM)
	}
	return c.play(ctx, stdout)
}

// play plays, and reports as it goes.
func (c *command) play(ctx context.Context, stdout io.Writer) (ok bool, err error) {
	c.Progress = func(p Phase) { writePhase(stdout, p) }
	report, err := Run(ctx, c.Options)
	report.Write(stdout)
	return report.OK(), err
}

// withProcess lends a server of this very program, with an empty data directory.
func withProcess(ctx context.Context, stderr io.Writer, use func(*Process) error, args ...string) error {
	return withData(func(program, data string) (err error) {
		p, err := StartProcess(ctx, program, data, stderr, args...)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, p.End(syscall.SIGTERM)) }()
		return use(p)
	})
}

// withCluster lends three such servers that keep the polls together.
func withCluster(ctx context.Context, stderr io.Writer, use func(*Cluster) error, args ...string) error {
	return withData(func(program, data string) (err error) {
		c, err := StartCluster(ctx, ClusterOptions{Program: program, Data: data, Stderr: stderr, Args: args})
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, c.End(syscall.SIGTERM)) }()
		return use(c)
	})
}

// withData lends this very program, and an empty directory.
func withData(use func(program, data string) error) (err error) {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	data, err := os.MkdirTemp("", "caucus-load-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(data)) }()
	return use(program, data)
}
