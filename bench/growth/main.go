// Command growth measures how the cost of each thing that can grow depends on how much
// of it there is, and fits an exponent: 1 is linear.
//
//	go run ./bench/growth [-run REGEXP] [-rounds N]
//
// A cost is processor time, bytes allocated, or bytes of the heap that are held
// afterwards. Each size is measured in a fresh state several times, and the least counts,
// so that what else the machine does matters little. The output is Markdown. A cost that grows
// faster than linearly is a fault, and the exit status 1, unless the quantity says why
// it must.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "growth:", err)
		os.Exit(1)
	}
}

var errFault = errors.New("a cost grows faster than linearly, and nothing explains it")

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("growth", flag.ContinueOnError)
	flags.SetOutput(stderr)
	pattern := flags.String("run", ".", "only quantities whose name matches")
	rounds := flags.Int("rounds", 3, "how often each size is measured")
	if err := flags.Parse(args); err != nil {
		return err
	}
	wanted, err := regexp.Compile(*pattern)
	if err != nil {
		return fmt.Errorf("-run: %w", err)
	}
	var curves []*curve
	for _, q := range quantities() {
		if !wanted.MatchString(q.name) {
			continue
		}
		fmt.Fprintln(stderr, q.name)
		if len(curves) > 0 {
			rest(ctx)
		}
		c, err := q.measure(ctx, *rounds)
		if err != nil {
			return fmt.Errorf("%s: %w", q.name, err)
		}
		curves = append(curves, c)
	}
	if err := printTable(stdout, curves); err != nil {
		return err
	}
	for _, c := range curves {
		if c.isFault() {
			return errFault
		}
	}
	return nil
}

// rest waits until what the last quantity left is gone: a server remembers sessions that have ended for ten
// seconds, and so do their timers the server.
func rest(ctx context.Context) {
	select {
	case <-time.After(11 * time.Second):
	case <-ctx.Done():
	}
}
