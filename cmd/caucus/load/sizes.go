package load

import (
	"context"
	"fmt"
	"io"
	"runtime"
)

// crowds are what sizes are measured of: as many polls with as many people.
var crowds = []struct{ polls, people int }{{1, 2}, {1, 100}, {1, 1000}, {50, 20}}

// sizes measures what docs/sizes.md says: what a server takes, each time one of its own,
// for a whole poll, or several, of crowds of people.
func sizes(ctx context.Context, stdout, stderr io.Writer) (ok bool, err error) {
	fmt.Fprintf(stdout, "%s, %s/%s; 10 options, 3 ranked, every person with a WebSocket of their own\n\n", runtime.Version(), runtime.GOOS, runtime.GOARCH)
	fmt.Fprintln(stdout, "| polls | people in each | memory, all connected | memory, at most | disk | received by each |")
	fmt.Fprintln(stdout, "|---|---|---|---|---|---|")
	ok = true
	for _, c := range crowds {
		m := &measured{}
		var most, disk int64
		err := withProcess(ctx, stderr, func(p *Process) (err error) {
			m.Report, err = Run(ctx, Options{URLs: []string{p.URL()}, Polls: c.polls, People: c.people, Progress: func(done Phase) {
				if done.Name == "start" {
					m.memory, _ = p.Memory("VmRSS")
				}
			}})
			most, _ = p.Memory("VmHWM")
			disk = p.Disk()
			return err
		}, "-limit-commands", "off")
		if err != nil {
			return false, err
		}
		ok = ok && m.OK()
		fmt.Fprintf(stdout, "| %d | %d | %s | %s | %s | %.1f KB |\n", c.polls, c.people, megabytes(m.memory), megabytes(most), megabytes(disk), float64(m.Received)/1e3)
	}
	return ok, nil
}

// megabytes shows a size; 0 is one that the system does not tell.
func megabytes(size int64) string {
	if size == 0 {
		return "?"
	}
	return fmt.Sprintf("%.1f MB", float64(size)/1e6)
}
