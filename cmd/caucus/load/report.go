package load

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"
	"time"
)

// A Report is what a play came to.
type Report struct {
	PollIDs []string
	Phases  []Phase
	Total   time.Duration // from the first person's joining to the last one's sight of the results, without Sustained

	Acks      Latencies // of all ballots
	Sustained Sustained

	Received     int64 // bytes a person, on average: all that came over their connections
	MostReceived int64 // bytes, of the person who got the most

	Lost       int64     // connections
	Returns    Latencies // from a lost connection to the sight of the poll over another
	Repeated   int64     // commands that were sent again after that
	Unfinished int64     // commands that a server could not carry out, and that were sent again

	States   int            // people who ended with the state that was compared
	Counted  int            // ballots that were acknowledged and counted once
	Failures map[string]int // what ought not to have happened, and how often
}

// A Phase is a step of the play.
type Phase struct {
	Name string
	Done time.Duration // until everything was acknowledged
	Seen time.Duration // until the last person saw it
	Work time.Duration // of the processors, for the people; 0 where the system does not tell it
}

// Sustained are the votes that were changed after everybody had voted.
type Sustained struct {
	Took    time.Duration
	Ballots int
	Acks    Latencies
	Acked   []time.Time   // when, in order
	Work    time.Duration // of the processors, for the people; 0 where the system does not tell it
}

// Rate is how many ballots were acknowledged in a second.
func (s Sustained) Rate() float64 { return float64(s.Ballots) / s.Took.Seconds() }

// Latencies are percentiles of the time from sending a command to its answer.
type Latencies struct{ P50, P90, P99, Max time.Duration }

// latencies gathers the time that answers took.
type latencies struct {
	mu  sync.Mutex // guards the fields below
	all []time.Duration
	at  []time.Time // when each was added
}

func (l *latencies) add(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, d)
	l.at = append(l.at, time.Now())
}

// after are those after the first n.
func (l *latencies) after(n int) []time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all[n:len(l.all):len(l.all)]
}

// times are when those after the first n were added.
func (l *latencies) times(n int) []time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.at[n:len(l.at):len(l.at)]
}

func (l *latencies) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.all)
}

// since sums up those after the first n.
func (l *latencies) since(n int) Latencies {
	l.mu.Lock()
	sorted := slices.Sorted(slices.Values(l.all[n:]))
	l.mu.Unlock()
	if len(sorted) == 0 {
		return Latencies{}
	}
	at := func(percent int) time.Duration { return sorted[min(len(sorted)*percent/100, len(sorted)-1)] }
	return Latencies{at(50), at(90), at(99), sorted[len(sorted)-1]}
}

// sum fills in what is counted over the whole run, which has ended.
func (r *run) sum(report *Report) {
	report.Acks = r.acks.since(0)
	report.Lost, report.Repeated, report.Failures = r.lost.Load(), r.repeated.Load(), r.failures
	report.Unfinished = r.unfinished.Load()
	report.Returns = r.returns.since(0)
	people := int64(0)
	for _, rm := range r.rooms {
		report.PollIDs = append(report.PollIDs, rm.id)
		for _, p := range rm.people {
			received := p.received.Load()
			report.Received += received
			report.MostReceived = max(report.MostReceived, received)
			people++
		}
	}
	report.Received /= max(people, 1)
}

// OK reports whether everything was as it ought to be.
func (r *Report) OK() bool { return len(r.Failures) == 0 }

// Write writes the report, but for the phases, for a person to read.
func (r *Report) Write(w io.Writer) {
	line := func(name, format string, args ...any) {
		fmt.Fprintf(w, "%-12s "+format+"\n", append([]any{name}, args...)...)
	}
	line("in all", "%s", short(r.Total))
	line("ballots", "acknowledged %s", r.Acks)
	if s := r.Sustained; s.Ballots > 0 {
		line("sustained", "%.0f ballots/s for %s; acknowledged %s", s.Rate(), short(s.Took), s.Acks)
	}
	line("received", "%.1f KB a person, at most %.1f KB", float64(r.Received)/1e3, float64(r.MostReceived)/1e3)
	if r.Lost > 0 {
		line("lost", "%d connections; %d commands were sent again", r.Lost, r.Repeated)
		line("returns", "back %s", r.Returns)
	}
	if r.Unfinished > 0 {
		line("unfinished", "%d times a server could not carry out a command, which was sent again", r.Unfinished)
	}
	line("checked", "%d people have the same state; %d ballots acknowledged, each counted once", r.States, r.Counted)
	for _, what := range slices.Sorted(maps.Keys(r.Failures)) {
		line("WRONG", "%d times: %s", r.Failures[what], what)
	}
}

func writePhase(w io.Writer, p Phase) {
	fmt.Fprintf(w, "%-12s acknowledged after %8s, seen by the last after %8s\n", p.Name, short(p.Done), short(p.Seen))
}

func (l Latencies) String() string {
	return fmt.Sprintf("within %s (half), %s (90%%), %s (99%%), %s (all)", short(l.P50), short(l.P90), short(l.P99), short(l.Max))
}

// short leaves out what nobody reads.
func short(d time.Duration) string {
	if d < time.Second {
		return d.Round(100 * time.Microsecond).String()
	}
	return d.Round(10 * time.Millisecond).String()
}
