// Package caller has what the programs have in common that bench measures step by step.
package caller

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"sync"
	"sync/atomic"
)

// A Load is what a client is told: how many connections to make, and how many calls over each.
type Load struct {
	URL                                 string
	Connections, Echoes, InFlight, Size int
}

// Args are the arguments for a client, which Parse understands.
func (l Load) Args() []string {
	return []string{
		"--url=" + l.URL, "--connections=" + strconv.Itoa(l.Connections), "--echoes=" + strconv.Itoa(l.Echoes),
		"--inflight=" + strconv.Itoa(l.InFlight), "--size=" + strconv.Itoa(l.Size),
	}
}

// Parse returns the load that the arguments of the program with a name describe.
func Parse(name string, args []string) (l Load, err error) {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.StringVar(&l.URL, "url", "", "the server")
	flags.IntVar(&l.Connections, "connections", 1, "how many clients")
	flags.IntVar(&l.Echoes, "echoes", 0, "calls of each")
	flags.IntVar(&l.InFlight, "inflight", 1, "calls of each at a time")
	flags.IntVar(&l.Size, "size", 40, "bytes of a call's string")
	return l, flags.Parse(args)
}

// Steps returns a function that says which step was done, and waits for a line before the next.
func Steps(in io.Reader, out io.Writer) func(done string) {
	lines := bufio.NewScanner(in)
	return func(done string) {
		fmt.Fprintln(out, done)
		lines.Scan()
	}
}

// Parallel calls f for 0..n-1 from some goroutines, and returns the first error of each.
func Parallel(atOnce, n int, f func(i int) error) error {
	var next atomic.Int64
	errs := make([]error, atOnce)
	var workers sync.WaitGroup
	for w := range atOnce {
		workers.Go(func() {
			for errs[w] == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				errs[w] = f(i)
			}
		})
	}
	workers.Wait()
	return errors.Join(errs...)
}
