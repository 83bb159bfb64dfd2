package main

import (
	"bytes"
	"math"
	"strings"
	"testing"
	"time"
)

// near reports whether two times differ by less than a share.
func near(a, b time.Duration, share float64) bool {
	return math.Abs(float64(a-b)) <= share*float64(b)
}

var some = costs{
	join: time.Millisecond, ballot: 400 * time.Microsecond, joiner: 500 * time.Microsecond, voter: 100 * time.Microsecond,
	delivery: 2 * time.Microsecond, received: 2 * time.Microsecond, message: 300 * time.Microsecond, count: time.Microsecond, sync: 2 * time.Millisecond,
}

func (s *cluster) phase(t *testing.T, name string) phase {
	t.Helper()
	for _, p := range s.play() {
		if p.name == name {
			return p
		}
	}
	t.Fatalf("no phase %q", name)
	return phase{}
}

// Where one disk stores one message after another, n of n polls take n times its time.
func TestDiskBound(t *testing.T) {
	c := costs{sync: 10 * time.Millisecond}
	for _, streams := range []int{1, 4} {
		h := hall{people: 200, polls: 200, servers: 3, processors: 100, streams: streams, arrivals: 200}
		if got, want := newCluster(h, c).phase(t, "vote").took, 200*10*time.Millisecond/time.Duration(streams); !near(got, want, 0.1) {
			t.Errorf("%d streams: %v, want %v", streams, got, want)
		}
	}
}

// Entries of one poll gather while a message is being stored.
func TestEntriesGather(t *testing.T) {
	h := hall{people: 900, polls: 1, servers: 3, processors: 100, streams: 1, arrivals: 900}
	s := newCluster(h, costs{sync: 10 * time.Millisecond})
	if got := s.phase(t, "vote").took; got > 100*time.Millisecond || s.messages > 20 {
		t.Errorf("900 ballots took %v, and %d messages were stored in all", got, s.messages)
	}
}

// Where processors are what is short, a play takes as long as its work, shared by them.
func TestProcessorBound(t *testing.T) {
	h := hall{people: 2000, polls: 1, servers: 3, processors: 2, together: true, streams: 16, arrivals: 64}
	join := newCluster(h, some).phase(t, "join")
	if work := (join.servers + join.people) / 2; !near(join.took, work, 0.15) {
		t.Errorf("took %v, want %v", join.took, work)
	}
	h.processors = 8
	if faster := newCluster(h, some).phase(t, "join"); faster.took > join.took/2 {
		t.Errorf("with four times the processors %v, before %v", faster.took, join.took)
	}
}

// More servers carry more polls.
func TestServersShareThePolls(t *testing.T) {
	h := hall{people: 4000, polls: 400, servers: 3, processors: 2, streams: 16, arrivals: 4000}
	few := newCluster(h, some).phase(t, "join").took
	h.servers = 12
	if many := newCluster(h, some).phase(t, "join").took; many > few/2 {
		t.Errorf("12 servers take %v, 3 take %v", many, few)
	}
}

// Patches take a quarter of a core of each server at most, however many people there are.
func TestPatchesKeepTheirPace(t *testing.T) {
	c := costs{delivery: 20 * time.Microsecond, sync: time.Millisecond, ballot: 100 * time.Microsecond}
	h := hall{people: 10_000, polls: 1, servers: 1, processors: 8, streams: 1, arrivals: 100, over: 20 * time.Second}
	s := newCluster(h, c)
	vote := s.phase(t, "vote")
	if patches := vote.servers - time.Duration(h.people)*c.ballot; patches > vote.took*3/10 {
		t.Errorf("patches took %v of %v", patches, vote.took)
	}
}

// Costs that are fitted to what was measured come to that.
func TestFit(t *testing.T) {
	h := hall{people: 1000, polls: 1, servers: 3, processors: 2, together: true, streams: 16, arrivals: 64}
	want := measurement{join: 1200 * time.Microsecond, joiner: 800 * time.Microsecond, ballot: 350 * time.Microsecond, voter: 150 * time.Microsecond}
	for _, p := range newCluster(h, some.fit(h, want)).play() {
		servers, people := p.servers/time.Duration(h.people), p.people/time.Duration(h.people)
		if p.name == "join" && !(near(servers, want.join, 0.05) && near(people, want.joiner, 0.05)) ||
			p.name == "vote" && !(near(servers, want.ballot, 0.05) && near(people, want.voter, 0.05)) {
			t.Errorf("%s takes %v and %v a person", p.name, servers, people)
		}
	}
}

func TestRun(t *testing.T) {
	var out bytes.Buffer
	if err := run([]string{"-people", "100", "-fit", "50 900µs 700µs 300µs 200µs"}, &out, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"| join | ", "| close | ", "Of a person: join ", "Messages stored: "} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
	for _, args := range [][]string{{"-people", "1", "-polls", "2"}, {"-servers", "0"}, {"-fit", "5"}, {"-fit", "5 a b c d"}, {"-nonsense"}} {
		if err := run(args, &out, &out); err == nil {
			t.Errorf("%q: no error", args)
		}
	}
}
