package load

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

// A trial is a play that is measured.
type trial struct {
	play  Options
	lines []line
	args  []string // for the server
}

// A line of the table compares a figure with what it must be, if there is a target.
type line struct {
	name, target string
	measure      func(*measured) (figure string, reached bool)
}

// A measured is what a trial came to.
type measured struct {
	*Report
	memory int64                    // bytes of the server while everybody was connected, or of the largest of several; 0: not known
	peak   int64                    // and at most; likewise
	work   map[string]time.Duration // of the processors for all servers, by phase
	silent []time.Duration          // without an acknowledgement, after each kill
}

// bench measures what docs/performance.md says of big polls, each trial on a server
// of its own, and writes it as a table. It reports whether all is as it must be.
func bench(ctx context.Context, stdout, stderr io.Writer) (ok bool, err error) {
	return tabulate(stdout, trials(), func(t *trial) (*measured, error) { return t.run(ctx, stderr) })
}

// tabulate writes what trials come to, each as soon as it has been run, and reports whether
// all is as it must be.
func tabulate(stdout io.Writer, trials []trial, run func(*trial) (*measured, error)) (ok bool, err error) {
	fmt.Fprintf(stdout, "%d processors for servers and load together, %s %s/%s\n\n", runtime.NumCPU(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	fmt.Fprintf(stdout, "| | must be | is | |\n|---|---|---|---|\n")
	ok = true
	for _, t := range trials {
		m, err := run(&t)
		if err != nil {
			return false, err
		}
		for _, l := range t.lines {
			figure, reached := l.measure(m)
			verdict := map[bool]string{true: "yes", false: "**no**"}[reached]
			if l.target == "" {
				verdict = ""
			}
			fmt.Fprintf(stdout, "| %s | %s | %s | %s |\n", l.name, l.target, figure, verdict)
			ok = ok && reached
		}
	}
	return ok, nil
}

func (t *trial) run(ctx context.Context, stderr io.Writer) (*measured, error) {
	m := &measured{}
	err := withProcess(ctx, stderr, func(p *Process) (err error) {
		play := t.play
		play.URLs = []string{p.URL()}
		play.Progress = m.follow(func() time.Duration { return worked(p.PID()) }, func() int64 {
			bytes, _ := p.Memory("VmRSS")
			return bytes
		})
		if play.Interrupt != nil {
			play.Interrupt = p.Interruptions(1, syscall.SIGKILL)
		}
		m.Report, err = Run(ctx, play)
		m.peak, _ = p.Memory("VmHWM")
		return err
	}, t.args...)
	if err == nil && !m.OK() {
		err = fmt.Errorf("load: people saw what they ought not to: %v", m.Failures)
	}
	return m, err
}

// follow returns what notes, after each phase, how long the servers have worked for it, and how much memory
// they have with everybody connected.
func (m *measured) follow(worked func() time.Duration, memory func() int64) func(done Phase) {
	m.work = make(map[string]time.Duration)
	before := worked()
	return func(done Phase) {
		now := worked()
		m.work[done.Name], before = now-before, now
		if done.Name == "start" {
			m.memory = memory()
		}
	}
}

// trials are what must be reached: on two processors, which the load shares.
func trials() []trial {
	const kilo = 1000
	total := func(most time.Duration) func(*measured) (string, bool) {
		return func(m *measured) (string, bool) { return short(m.Total), m.Total <= most }
	}
	received := func(most int64) func(*measured) (string, bool) {
		return func(m *measured) (string, bool) {
			return fmt.Sprintf("%.1f KB", float64(m.Received)/kilo), m.Received <= most*kilo
		}
	}
	phase := func(name string, most time.Duration) func(*measured) (string, bool) {
		return func(m *measured) (string, bool) {
			seen := m.seen(name)
			return short(seen), seen > 0 && seen <= most
		}
	}
	memory := func(name string, most int64, of func(*measured) int64) line {
		return line{name, fmt.Sprintf("≤ %d MiB", most), func(m *measured) (string, bool) {
			return fmt.Sprintf("%d MiB", of(m)>>20), 0 < of(m) && of(m) <= most<<20
		}}
	}
	connected := func(m *measured) int64 { return m.memory }
	peak := func(m *measured) int64 { return m.peak }
	ballots := func(which string, rate float64, most time.Duration) []line {
		return []line{
			{"ballots in a second" + which + ", acknowledged when on disk", fmt.Sprintf("≥ %.0f", rate), func(m *measured) (string, bool) {
				return fmt.Sprintf("%.0f", m.Sustained.Rate()), m.Sustained.Rate() >= rate
			}},
			{"99 of 100 of them acknowledged within", fmt.Sprintf("≤ %d ms", most.Milliseconds()), func(m *measured) (string, bool) {
				return short(m.Sustained.Acks.P99), m.Sustained.Acks.P99 <= most
			}},
		}
	}
	return []trial{
		{play: Options{People: 400}, lines: []line{
			{"400 people, a whole poll", "≤ 2 s", total(2 * time.Second)},
			{"received by each", "≤ 40 KB", received(40)},
		}},
		{play: Options{People: 1000}, lines: []line{{"1,000 people, a whole poll", "≤ 4 s", total(4 * time.Second)}}},
		{play: Options{People: 10_000}, lines: []line{
			{"10,000 people, a whole poll", "≤ 20 s", total(20 * time.Second)},
			{"received by each", "≤ 64 KB", received(64)},
			{"results seen by the last, after the close", "≤ 1 s", phase("close", time.Second)},
			memory("memory of the server with all connected", 200, connected),
			{"a person who joins, processor time of the server", "≤ 200 µs", func(m *measured) (string, bool) {
				each := m.work["join"] / 10_000
				return fmt.Sprintf("%d µs", each.Microseconds()), 0 < each && each <= 200*time.Microsecond
			}},
		}},
		{play: Options{People: 10_000, Nominations: 50, Method: "irv"}, lines: []line{
			{"10,000 people and 50 options, received by each", "≤ 64 KB", received(64)},
		}},
		{play: Options{People: manyPeople}, lines: []line{
			{"19,000 people, a whole poll", "≤ 7 s", total(7 * time.Second)},
			{"results seen by the last, after the close", "≤ 0.8 s", phase("close", 800*time.Millisecond)},
			memory("memory of the server with all connected", 160, connected),
		}, args: []string{"-max-people", strconv.Itoa(manyPeople)}},
		{play: Options{People: 10_000, Sustain: 20 * time.Second, Ballots: 6000}, lines: append(
			ballots(" where 6,000 are offered", 5000, 250*time.Millisecond),
			memory("most memory of the server in the whole play", 143, peak), // 150 MB
		)},
		{play: offering(1, 10_000), lines: ballots(" to one poll", 25_000, 150*time.Millisecond), args: roomy},
		{play: offering(1000, 10), lines: ballots(" to 1,000 polls", 15_000, 150*time.Millisecond), args: roomy},
		{play: Options{People: 10_000, Ballots: 100, Interrupt: func(context.Context) error { return nil }}, lines: []line{
			{"10,000 people back after the server was killed", "≤ 15 s", phase("back", 15*time.Second)},
		}},
	}
}

// manyPeople is as many as one process may have files open for, where that is 20,000.
const manyPeople = 19_000

// offering has more ballots cast than a server takes, so that what it takes is seen, and as
// many wait as it may answer within its time.
func offering(polls, people int) Options {
	return Options{Polls: polls, People: people, Sustain: 10 * time.Second, Ballots: 200_000, AtOnce: 2500}
}

// roomy is for a server on which ballots are changed hundreds of thousands of times.
var roomy = []string{"-max-poll-entries", "2000000"}

// seen is when the last person had seen the effect of a phase, or 0.
func (r *Report) seen(phase string) time.Duration {
	for _, p := range r.Phases {
		if p.Name == phase {
			return p.Seen
		}
	}
	return 0
}
