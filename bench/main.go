// Command bench drives Socket.IO servers with one load generator, in turn and
// in one run, and prints what each costs.
//
//	go run ./bench [-servers floor,caucus,reference] [-run REGEXP] [-full] [-rounds N]
//
// Each server is a process of its own; what it costs is the operating system's
// accounting of that process (/proc, so Linux only), not a clock in it. The
// servers are:
//
//   - caucus: ./conformance/server -suite bench of this repository;
//   - reference: socket.io from npm with the same three events (bench/reference;
//     run npm ci there first, as make bench-peers does);
//   - floor: no parsing, no rooms, one prebuilt frame, one write each: what is
//     left is what the kernel takes.
//
// The figures are medians over the rounds, and in every round the servers take
// turns, so that a drift of the machine falls on all of them.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"syscall"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == floorCommand {
		exit(runFloor(os.Args[2:], os.Stdout))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
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
	servers := flags.String("servers", "floor,caucus,reference", "which servers, in this order")
	pattern := flags.String("run", ".", "only scenarios whose name matches")
	full := flags.Bool("full", false, "all receivers × sizes × transports, not only those of the goals")
	rounds := flags.Int("rounds", 3, "how often each scenario is run against each server")
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
	launch, cleanup, err := newLauncher(ctx, strings.Split(*servers, ","))
	if err != nil {
		return err
	}
	defer cleanup()

	table := newTable(launch.names)
	for _, s := range scenarios(*full) {
		if !wanted.MatchString(s.name) {
			continue
		}
		for range *rounds {
			for _, name := range launch.names {
				if name == floor && !s.floor {
					continue
				}
				fmt.Fprintf(stderr, "%-40s %s\n", s.name, name)
				figures, err := s.measure(ctx, launch, name)
				if err != nil {
					return fmt.Errorf("%s against %s: %w", s.name, name, err)
				}
				table.add(s.name, name, figures)
			}
		}
	}
	return table.print(stdout)
}

func raiseFileLimit() error {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return fmt.Errorf("read the limit of open files: %w", err)
	}
	limit.Cur = limit.Max
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return fmt.Errorf("raise the limit of open files: %w", err)
	}
	const need = 11_000
	if limit.Cur < need {
		return fmt.Errorf("the limit of open files is %d, and 10,000 connections need %d: raise it with ulimit -n", limit.Cur, need)
	}
	return nil
}
