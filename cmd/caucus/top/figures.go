package top

import (
	"cmp"
	"slices"
	"time"
)

// figures are what an operator looks at, now or of an interval.
type figures struct {
	at      time.Time
	version string
	up      time.Duration // 0 where the system does not say

	people, polls   float64
	memory, threads float64
	files, maxFiles float64
	processor       float64 // of one core

	sent, received, packets float64 // a second
	patches                 float64
	turnedAway              float64

	commands, requests, appends work
	kinds                       []work // of commands, the most frequent first
}

// work is something that a server does over and over.
type work struct {
	name       string
	rate       float64 // a second
	half, most float64 // seconds within which a half, and 99 of 100, were done
	failed     float64 // a second
}

// between returns the figures of the interval between two scrapes.
func between(earlier, now *scrape) *figures {
	f := &figures{
		at: now.at, people: now.sum("caucus_sockets"), polls: now.sum("caucus_polls"),
		memory: now.sum("process_resident_memory_bytes"), threads: now.sum("go_goroutines"),
		files: now.sum("process_open_fds"), maxFiles: now.sum("process_max_fds"),
	}
	if f.memory == 0 { // where the system does not say
		f.memory = now.sum("go_memstats_sys_bytes") - now.sum("go_memstats_heap_released_bytes")
	}
	if versions := now.labels("caucus_build_info", "version"); len(versions) > 0 {
		f.version = versions[0]
	}
	if started := now.sum("process_start_time_seconds"); started > 0 {
		f.up = now.at.Sub(time.Unix(int64(started), 0)).Truncate(time.Second)
	}
	p := pair{earlier, now}
	for name, rate := range map[string]*float64{
		"process_cpu_seconds_total": &f.processor, "socketio_sent_bytes_total": &f.sent, "socketio_received_bytes_total": &f.received,
		"socketio_packets_sent_total": &f.packets, "caucus_patches_total": &f.patches, "caucus_sockets_turned_away_total": &f.turnedAway,
	} {
		*rate = p.rate(earlier.sum(name), now.sum(name))
	}
	f.commands = p.work("commands", "caucus_command_seconds", "", "")
	f.commands.failed = p.failed("caucus_command_seconds", "outcome", func(outcome string) bool { return outcome == "internal" })
	f.requests = p.work("requests", "caucus_http_request_seconds", "", "")
	f.requests.failed = p.failed("caucus_http_request_seconds", "status", func(status string) bool { return status >= "500" })
	f.appends = p.work("appends to the ledger", "caucus_ledger_append_seconds", "", "")
	f.appends.failed = p.failed("caucus_ledger_append_seconds", "outcome", func(outcome string) bool { return outcome != "ok" })
	for _, kind := range now.labels("caucus_command_seconds", "kind") {
		if w := p.work(kind, "caucus_command_seconds", "kind", kind); w.rate > 0 {
			f.kinds = append(f.kinds, w)
		}
	}
	slices.SortStableFunc(f.kinds, func(a, b work) int { return cmp.Compare(b.rate, a.rate) })
	return f
}

// A pair is two scrapes of one server.
type pair struct{ earlier, now *scrape }

// rate is how much a counter grew in a second.
func (p pair) rate(earlier, now float64) float64 {
	took := p.now.at.Sub(p.earlier.at).Seconds()
	if now < earlier { // the server was started again
		earlier = 0
	}
	if took <= 0 {
		return 0
	}
	return (now - earlier) / took
}

func (p pair) work(name, family, label, value string) work {
	earlier, now := p.earlier.distribution(family, label, value), p.now.distribution(family, label, value)
	lately := now.since(earlier)
	return work{name: name, rate: p.rate(earlier.count, now.count), half: lately.quantile(.5), most: lately.quantile(.99)}
}

// failed is how much of some work failed in a second.
func (p pair) failed(family, label string, failure func(string) bool) (rate float64) {
	for _, value := range p.now.labels(family, label) {
		if failure(value) {
			rate += p.work("", family, label, value).rate
		}
	}
	return rate
}
