// Command hostile plays what has made a server like this one fall, against one that it
// starts, and prints what that cost: the memory of the server, what somebody else in it
// noticed, and whether each is within its bound. It ends with 1 if one is not.
//
//	go run ./conformance/hostile -program bin/caucus [-short]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/caucus-live/caucus/cmd/caucus/load"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	program := flag.String("program", "bin/caucus", "the server, as a `file`")
	short := flag.Bool("short", false, "play each case with a twentieth of the clients, on a machine that is busy with others")
	only := flag.String("only", "", "play the cases whose name has these `words`")
	flag.Parse()
	ok, err := run(ctx, *program, *only, *short, os.Stdout, os.Stderr)
	if err != nil {
		fmt.Fprintln(os.Stderr, "hostile:", err)
	}
	if !ok || err != nil {
		stop()
		os.Exit(1)
	}
}

// run plays the cases and prints the table. It reports whether all are in their bounds.
func run(ctx context.Context, program, only string, short bool, stdout, stderr io.Writer) (ok bool, err error) {
	ok = true
	fmt.Fprintf(stdout, "| case | memory | bystander: quiet p50, then p50 / p99 | outcome | within its bounds |\n|---|---|---|---|---|\n")
	for _, c := range cases() {
		if !strings.Contains(c.name, only) {
			continue
		}
		if short {
			c.bounds.p99, c.bounds.slower = busy, 0
		}
		r, err := c.play(ctx, program, short, stderr)
		if err != nil {
			return false, fmt.Errorf("%s: %w", c.name, err)
		}
		within := r.faults(c.bounds) == nil
		fmt.Fprintf(stdout, "| %s | +%d MB of %d | %s, %s / %s | %s | %s |\n", c.name, r.memory>>20, c.bounds.memory>>20,
			r.quiet.Round(100*time.Microsecond), r.quantile(0.5).Round(100*time.Microsecond), r.quantile(0.99).Round(100*time.Microsecond), r.outcome, answer(within, r.faults(c.bounds)))
		ok = ok && within
	}
	return ok, nil
}

func answer(ok bool, why error) string {
	if ok {
		return "yes"
	}
	return "**no**: " + why.Error()
}

// busy is how long a bystander may wait in the short form, beside which other tests run.
const busy = 2 * time.Second

// A scenario is something hostile that is done to a server.
type scenario struct {
	name   string
	args   []string // of the server
	later  []string // more of them, with which it is started again once the bystander has a poll
	bounds bounds
	attack func(*stage) (outcome string, err error)
}

// The bounds of what a scenario may cost.
type bounds struct {
	memory int64         // bytes more than before
	p99    time.Duration // of a bystander's votes
	slower int           // how often the p50 of a quiet server their p50 may be; 0: not bounded
}

// A result is what it did cost.
type result struct {
	memory  int64
	quiet   time.Duration   // the p50 of the bystander before it began
	waits   []time.Duration // of the bystander, sorted
	outcome string
}

func (r *result) quantile(q float64) time.Duration { return quantile(r.waits, q) }

func quantile(sorted []time.Duration, q float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[int(q*float64(len(sorted)-1))]
}

func (r *result) faults(b bounds) error {
	var errs []error
	if r.memory > b.memory {
		errs = append(errs, fmt.Errorf("%d MB", r.memory>>20))
	}
	if p99 := r.quantile(0.99); p99 > b.p99 {
		errs = append(errs, fmt.Errorf("the bystander waited %s", p99.Round(time.Millisecond)))
	}
	if p50 := r.quantile(0.5); b.slower > 0 && p50 > time.Duration(b.slower)*r.quiet {
		errs = append(errs, fmt.Errorf("its votes took %s, more than %d times as long", p50.Round(100*time.Microsecond), b.slower))
	}
	return errors.Join(errs...)
}

// play starts a server, and has a bystander use it while the attack goes on.
func (c *scenario) play(ctx context.Context, program string, short bool, stderr io.Writer) (r *result, err error) {
	data, err := os.MkdirTemp("", "caucus-hostile-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(data)) }()
	args := append([]string{"-log-level", "error"}, c.args...)
	p, err := load.StartProcess(ctx, program, data, stderr, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.End(syscall.SIGTERM)) }()
	acting, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	s := &stage{ctx: acting, url: p.URL(), short: short}
	defer s.close()
	if s.bystander, err = s.create(); err != nil {
		return nil, err
	}
	if len(c.later) > 0 {
		if err := p.End(syscall.SIGTERM); err != nil {
			return nil, err
		}
		again, err := load.StartProcess(ctx, program, data, stderr, append(args, c.later...)...)
		if err != nil {
			return nil, err
		}
		p, s.url = again, again.URL()
	}
	return s.play(c, p) //nolint:contextcheck // the stage has it
}
