// Command mutants reports which changes to a package its tests do not notice.
//
// It changes one thing at a time (a comparison, a constant, a call that is left out), builds
// the package's tests with that change and runs them. A change that they pass survives: it
// is either of no consequence, or something that no test pins. Nothing in the tree is
// written: the compiler reads the changed file through an overlay.
//
//	go run ./scripts/mutants [-sample N] [-seed N] [-run REGEXP] [-files REGEXP] PACKAGE
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"
)

// A plan says which mutants are tried, and how.
type plan struct {
	sample   int // how many; 0: all
	seed     uint64
	files    string // regexp
	run      string // regexp
	patience time.Duration
}

func main() {
	var p plan
	flag.IntVar(&p.sample, "sample", 50, "try this `number` of mutants, drawn from all; 0: all of them")
	flag.Uint64Var(&p.seed, "seed", 1, "what they are drawn by")
	flag.StringVar(&p.files, "files", "", "change only files whose name matches this `regexp`")
	flag.StringVar(&p.run, "run", "", "run only tests that match this `regexp`")
	flag.DurationVar(&p.patience, "patience", 10*time.Second, "how long a mutant's tests may take beyond three times the usual")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := mutate(ctx, os.Stdout, flag.Args(), p); err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		stop()
		os.Exit(1)
	}
}

// mutate tries the mutants of a package and writes those that survive.
func mutate(ctx context.Context, w io.Writer, packages []string, p plan) error {
	if len(packages) != 1 {
		return errors.New("name one package, such as ./internal/tally")
	}
	l, err := newLab(ctx, packages[0], p.run, p.files)
	if err != nil {
		return err
	}
	defer l.close()
	all, err := l.mutants()
	if err != nil {
		return err
	}
	usual, err := l.baseline(ctx)
	if err != nil {
		return err
	}
	rand.New(rand.NewPCG(p.seed, p.seed)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] }) //nolint:gosec // a sample
	if p.sample > 0 {
		all = all[:min(p.sample, len(all))]
	}
	slices.SortFunc(all, byPlace)
	fmt.Fprintf(w, "%d mutants of %s; its tests take %v\n", len(all), l.path, usual.Round(time.Millisecond))
	count := make(map[outcome]int)
	for _, m := range all {
		outcome, err := l.try(ctx, m, 3*usual+p.patience)
		if err != nil {
			return err
		}
		count[outcome]++
		if outcome == survived || outcome == hung {
			fmt.Fprintf(w, "%s: %s: %s\n", m.where, outcome, m.what)
		}
	}
	fmt.Fprintf(w, "killed %d, did not end %d, survived %d, not built %d\n", count[killed], count[hung], count[survived], count[notBuilt])
	return nil
}
