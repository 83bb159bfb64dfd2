package load

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// benchCluster measures what docs/scaling.md says of three servers with NATS inside, and
// writes it as a table; with people in the poll, or if that is 0 with as many as the
// machine can carry. It reports whether all is as it must be.
func benchCluster(ctx context.Context, people int, stdout, stderr io.Writer) (ok bool, err error) {
	crowds := []int{people}
	if people == 0 {
		crowds = slices.Compact([]int{min(30_000, mostPeople()), min(45_000, mostPeople())})
	}
	err = withCluster(ctx, stderr, func(c *Cluster) error {
		ok, err = tabulate(stdout, clusterTrials(crowds), func(t *trial) (*measured, error) { return t.runAt(ctx, c) })
		return err
	}, "-max-people", strconv.Itoa(slices.Max(crowds)), "-max-poll-entries", "2000000")
	return ok, err
}

// spareFiles is how many files a process may have open besides its people's connections.
const spareFiles = 1000

// mostPeople is how many people three servers can have, by the files that a process may
// open, and the machine, by its memory.
func mostPeople() int {
	const each = 100 << 10 // bytes, for a person's two ends and what the kernel has of them
	most := members * max(openFiles()-spareFiles, 100)
	if memory := totalMemory(); memory > 0 {
		most = min(most, int(memory/2/each))
	}
	return most
}

// totalMemory is the machine's, in bytes, or 0 where the system does not tell it.
func totalMemory() int64 {
	info, _ := os.ReadFile("/proc/meminfo")
	for line := range strings.Lines(string(info)) {
		if value, found := strings.CutPrefix(line, "MemTotal:"); found {
			kib, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64) // it is a number
			return kib << 10
		}
	}
	return 0
}

// clusterTrials are what must be reached: on two processors, which servers and load share.
func clusterTrials(crowds []int) (trials []trial) {
	for _, people := range crowds {
		trials = append(trials, trial{play: crowd(people), lines: crowdLines(people)})
	}
	few := min(crowds[0], 9000)
	voters := crowd(few)
	voters.Sustain, voters.Ballots = min(20*time.Second, time.Duration(few)*10*time.Millisecond), min(6000, float64(few))
	many := Options{Polls: min(max(few/10, 1), 500), People: 10, Sustain: voters.Sustain, Ballots: voters.Ballots, Patience: voters.Patience}
	survivors := crowd(min(crowds[0], 900))
	survivors.Processes, survivors.Ballots = 0, min(200, float64(survivors.People))
	survivors.Interrupt = func(context.Context) error { return nil }
	return append(trials,
		trial{play: voters, lines: []line{
			{"ballots in a second, acknowledged by a quorum on disk", "≥ 5,000", func(m *measured) (string, bool) {
				return fmt.Sprintf("%.0f", m.Sustained.Rate()), m.Sustained.Rate() >= 5000
			}},
			{"99 of 100 of them acknowledged within", "≤ 400 ms", func(m *measured) (string, bool) {
				return short(m.Sustained.Acks.P99), m.Sustained.Acks.P99 <= 400*time.Millisecond
			}},
			{"processor time a ballot: servers, people", "", perHead("change", func(m *measured) int { return m.Sustained.Ballots })},
		}},
		trial{play: many, lines: []line{
			{fmt.Sprintf("ballots in a second over %d polls of 10 people", many.Polls), "", func(m *measured) (string, bool) {
				return fmt.Sprintf("%.0f", m.Sustained.Rate()), true
			}},
			{"99 of 100 of those acknowledged within", "", func(m *measured) (string, bool) { return short(m.Sustained.Acks.P99), true }},
			{"processor time of one: servers, people", "", perHead("change", func(m *measured) int { return m.Sustained.Ballots })},
		}},
		trial{play: survivors, lines: []line{
			{"without an acknowledgement after kill -9 of a server that leads, median", "≤ 3 s", silence(func(n int) int { return n / 2 }, 3*time.Second)},
			{"the worst of " + strconv.Itoa(kills(survivors.People)), "≤ 6 s", silence(func(n int) int { return n - 1 }, 6*time.Second)},
			{"back at another server with the right state, median", "≤ 2 s", func(m *measured) (string, bool) {
				return short(m.Returns.P50), 0 < m.Returns.P50 && m.Returns.P50 <= 2*time.Second
			}},
		}})
}

// kills is how many servers are killed.
func kills(people int) int { return max(1, min(people/100, 9)) }

// crowd is a poll with that number of people, in as many processes as their connections take.
func crowd(people int) Options {
	each := max(openFiles()-spareFiles, 100)
	return Options{People: people, Processes: max(members, (people+each-1)/each), Patience: 5 * time.Minute}
}

func crowdLines(people int) []line {
	name := fmt.Sprintf("%d people in one poll, ", people)
	return []line{
		{name + "whole poll", "≤ 45 s", func(m *measured) (string, bool) { return short(m.Total), m.Total <= 45*time.Second }},
		{"the last one sees the result, after the close", "≤ 3 s", func(m *measured) (string, bool) {
			seen := m.seen("close")
			return short(seen), 0 < seen && seen <= 3*time.Second
		}},
		{"received by each", "", func(m *measured) (string, bool) { return fmt.Sprintf("%.1f KB", float64(m.Received)/1e3), true }},
		{"memory of the largest server with all connected", "", func(m *measured) (string, bool) { return fmt.Sprintf("%d MiB", m.memory>>20), true }},
		{"processor time a person, joining: servers, people", "", perHead("join", func(*measured) int { return people })},
		{"processor time a person, voting: servers, people", "", perHead("vote", func(*measured) int { return people })},
	}
}

// perHead is what a phase took of the processors, for each of those that took part: at the
// servers, and in the processes that play people.
func perHead(phase string, of func(*measured) int) func(*measured) (string, bool) {
	return func(m *measured) (string, bool) {
		heads := time.Duration(max(of(m), 1))
		return fmt.Sprintf("%d µs, %d µs", (m.work[phase] / heads).Microseconds(), (m.played(phase) / heads).Microseconds()), true
	}
}

// played is what a phase took of the processors for the people.
func (m *measured) played(phase string) time.Duration {
	for _, p := range m.Phases {
		if p.Name == phase {
			return p.Work
		}
	}
	return m.Sustained.Work
}

// silence compares one of the times in which nothing was acknowledged, in order.
func silence(which func(n int) int, most time.Duration) func(*measured) (string, bool) {
	return func(m *measured) (string, bool) {
		if len(m.silent) == 0 {
			return "?", false
		}
		it := m.silent[which(len(m.silent))]
		return short(it), it <= most
	}
}

// runAt is run at a cluster, of which some servers may be killed.
func (t *trial) runAt(ctx context.Context, c *Cluster) (m *measured, err error) {
	m = &measured{}
	play := t.play
	play.URLs = c.URLs()
	play.Progress = m.follow(c.worked, func() int64 { return c.memory("VmRSS") })
	if play.Interrupt != nil {
		play.Interrupt = c.Interruptions(kills(play.People), syscall.SIGKILL)
	}
	m.Report, err = Run(ctx, play)
	m.silent = slices.Sorted(slices.Values(Silences(m.Sustained.Acked, c.killed)))
	if err == nil && !m.OK() {
		err = fmt.Errorf("load: people saw what they ought not to: %v", m.Failures)
	}
	return m, err
}

// worked is the processor time of all servers that run.
func (c *Cluster) worked() (total time.Duration) {
	for _, s := range c.Servers {
		total += worked(s.PID())
	}
	return total
}

// memory is a figure of the server that has most, as of [Process.Memory].
func (c *Cluster) memory(figure string) (most int64) {
	for _, s := range c.Servers {
		bytes, _ := s.Memory(figure)
		most = max(most, bytes)
	}
	return most
}
