// Command bench drives Socket.IO servers with one load generator, in turn and
// in one run, and prints what each costs.
//
//	go run ./bench [-peers floor,caucus,bun,reference,zishang520] [-run REGEXP] [-full] [-rounds N] [-o FILE]
//
// Each server is a process of its own; what it costs is the operating system's
// accounting of that process (so Linux only), not a clock in it. The
// columns are:
//
//   - floor: no parsing, no rooms, one prebuilt frame, one write each: what is
//     left is what the kernel takes;
//   - caucus: bench/ours, on the library of this repository;
//   - bun: socket.io from npm on Bun with its own engine (bench/bun);
//   - reference: socket.io from npm on Node, with the same events (bench/reference);
//   - zishang520: a Socket.IO server and client for Go (bench/zishang520, a module of
//     its own).
//
// make bench-peers installs what they need. The report names those that cannot run, and
// has the others.
//
// Without -full, only what the goals speak of and its neighbours is measured. The
// output is Markdown. A measurement that fails shows as "–", and finally as an
// error; one that takes five minutes fails.
//
// The figures are medians over the rounds, and in every round the servers take
// turns, so that a drift of the machine falls on all of them.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == floorServer {
		exit(runFloor(os.Args[2:], os.Stdout))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if len(os.Args) > 1 && os.Args[1] == floorClient {
		exit(runFloorClient(ctx, os.Args[2:], os.Stdin, os.Stdout))
	}
	exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	peers := flags.String("peers", strings.Join(columns, ","), "which columns, in this order")
	pattern := flags.String("run", ".", "only scenarios whose name matches")
	full := flags.Bool("full", false, "all receivers × sizes × transports, not only those of the goals and their neighbours")
	rounds := flags.Int("rounds", 3, "how often each scenario is run against each server")
	file := flags.String("o", "", "write the figures to this file as well")
	if err := flags.Parse(args); err != nil {
		return err
	}
	wanted, err := regexp.Compile(*pattern)
	if err != nil {
		return fmt.Errorf("-run: %w", err)
	}
	if err := raiseFileLimit(); err != nil {
		return err
	}
	l, cleanup, err := newLauncher(ctx, strings.Split(*peers, ","))
	if err != nil {
		return err
	}
	defer cleanup()
	for _, sentence := range l.absent {
		fmt.Fprintln(stderr, sentence)
	}

	began, load := time.Now(), loadAverage()
	all := slices.DeleteFunc(scenarios(), func(s scenario) bool {
		return s.full && !*full || !wanted.MatchString(s.name)
	})
	table := newTable(l.names)
	failed := measureAll(ctx, l, all, *rounds, table, stderr)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	report, err := report(table, l.absent, fmt.Sprintf("%s. Rounds: %d, which took %s, at load averages of %s before and %s after.",
		environment(ctx), *rounds, time.Since(began).Round(time.Second), load, loadAverage()))
	if err != nil {
		return err
	}
	if *file != "" {
		failed = errors.Join(failed, os.WriteFile(*file, report, 0o644)) //nolint:gosec // it is a document
	}
	_, err = stdout.Write(report)
	return errors.Join(failed, err)
}

// report returns the goals and the figures in Markdown, below how they came about and
// which columns are missing.
func report(t *table, absent []string, how string) ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Measurements\n\n%s", how)
	if typical, most := t.spread(); most > 0 {
		fmt.Fprintf(&b, " Half of the figures differed by less than %.0f %% between a round and the median, one by %.0f %%.", typical, most)
	}
	b.WriteByte('\n')
	for _, sentence := range absent {
		fmt.Fprintf(&b, "\n%s\n", sentence)
	}
	err := errors.Join(printGoals(&b, t), t.print(&b))
	return b.Bytes(), err
}

// patience is how long one measurement may take. The end of the server, at the
// latest, ends the load.
const patience = 5 * time.Minute

// measureAll goes on after a failure, so that one does not cost all the others.
func measureAll(ctx context.Context, l *launcher, all []scenario, rounds int, t *table, stderr io.Writer) error {
	var failed error
	for i, s := range all {
		for range rounds {
			for _, name := range l.names {
				if !slices.Contains(s.servers, name) || ctx.Err() != nil {
					continue
				}
				fmt.Fprintf(stderr, "%d/%d %-55s %s\n", i+1, len(all), s.name, name)
				err := func() error {
					ctx, cancel := context.WithTimeout(ctx, patience)
					defer cancel()
					figures, err := s.measure(ctx, l, name)
					t.add(s.name, name, figures)
					return err
				}()
				if err != nil {
					err = fmt.Errorf("%s against %s: %w", s.name, name, err)
					fmt.Fprintln(stderr, err)
					failed = errors.Join(failed, err)
				}
			}
		}
	}
	return failed
}
