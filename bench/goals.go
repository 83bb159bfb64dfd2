package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
)

// A goal is what a figure of ours must not exceed: a number, or a multiple of another
// figure of the same run.
type goal struct {
	what     string
	scenario string
	unit     string
	most     float64
	of       *other
	worst    bool // round, instead of the median
}

// An other is the column, and maybe the scenario, that a figure is compared with.
type other struct{ server, scenario string }

// Units of figures for which there are goals.
const (
	perDelivery = "µs CPU a delivery"
	perEcho     = "µs CPU an echo"
	perConnect  = "µs CPU a handshake + join"
	perIdle     = "KiB RSS a connection"
	longest     = "ms, longest"
)

const byRankedPairs = "count/method=ranked_pairs/ballots=1000000/options=100/places=5"

var toFloor = &other{server: floor}

// goals are in the order in which they are printed.
var goals = []goal{
	{"idle WebSocket connection, best and worst round", "idle/websocket/connections=10000", perIdle, 4, nil, true},
	{"idle connection over polling, with a poll under way", "idle/polling/connections=10000", perIdle, 12, nil, false},
	{"polling: broadcast to 1,000, 1 in flight", "broadcast/polling/receivers=1000/size=200/inflight=1", perDelivery, 2, toFloor, false},
	{"polling: echo", "echo/polling/connections=100/size=40/inflight=8", perEcho, 2, toFloor, false},
	{"broadcast to 100, 1 in flight", "broadcast/websocket/receivers=100/size=200/inflight=1", perDelivery, 1.15, toFloor, false},
	{"connect and join", "connect+join/websocket/connections=3000", perConnect, 80, nil, false},
	{"TLS: broadcast to 1,000, 1 in flight", "broadcast/tls/receivers=1000/size=200/inflight=1", perDelivery, 1.15, toFloor, false},
	{"TLS: broadcast to 1,000, 16 in flight", "broadcast/tls/receivers=1000/size=200/inflight=16", perDelivery, 0.3, toFloor, false},
	{"TLS: idle connection", "idle/tls/connections=4000", perIdle, 14, nil, false},
	{"TLS: one slow reader delays nobody", "one slow reader/tls/receivers=100/size=4000/broadcasts=1500", longest, 100, nil, false},
	{
		"1 KB of JSON to 1,000, compressed",
		"document/websocket/compressed=yes/receivers=1000/size=1024/inflight=1", perDelivery, 1.2,
		&other{caucus, "document/websocket/compressed=no/receivers=1000/size=1024/inflight=1"}, false,
	},
	{
		"idle connection with compression", "idle/deflate/connections=10000", perIdle, 1.05,
		&other{caucus, "idle/websocket/connections=10000"}, false,
	},
	{"rooms of six: an event in, five out", "rooms/websocket/clients=3000/together=6/each=5", perEvent, 1.1, toFloor, false},
	{"rooms of six: beside Bun", "rooms/websocket/clients=3000/together=6/each=5", perEvent, 0.5, &other{server: bun}, false},
	{"rooms of six: an event's way", "rooms/websocket/clients=3000/together=6/each=5", halfP99, 10, nil, false},
	{
		"half of 1,000 in MessagePack, each form made once",
		"mixed/websocket/receivers=1000/size=200/inflight=1", perDelivery, 1.1,
		&other{caucus, "broadcast/websocket/receivers=1000/size=200/inflight=1"}, false,
	},
	{"Go client, idle", "idle client/websocket/connections=4000", perIdle, 6, nil, false},
	{"Go client, echo", "echo client/websocket/connections=100/size=40/inflight=8", perEcho, 0.5, &other{server: zishang}, false},
	{"1,000,000 ballots by all methods", "count/method=all/ballots=1000000/options=10/places=10", toCount, 2, nil, false},
	{"1,000,000 ballots by ranked pairs, 100 options", byRankedPairs, toCount, 1, nil, false},
	{"1,000,000 ballots by ranked pairs, memory", byRankedPairs, peakSize, 200, nil, false},
}

// verdict is what a goal has come to: what it demands, what is, and whether that is enough.
func (g goal) verdict(t *table) (demand, is, answer string) {
	got := t.samples[cell{g.scenario, g.unit, caucus}]
	unit, divisor := g.unit, 1.0
	if g.of != nil {
		base := t.samples[cell{cmp.Or(g.of.scenario, g.scenario), g.unit, g.of.server}]
		if unit = "× " + g.of.server; g.of.scenario != "" {
			unit = "× plain"
		}
		if len(base) == 0 {
			got = nil
		} else {
			divisor = median(base)
		}
	}
	demand = fmt.Sprintf("≤ %v %s", g.most, unit)
	if len(got) == 0 {
		return demand, "–", "not measured"
	}
	value := median(got) / divisor
	is = fmt.Sprintf("%.2f", value)
	if g.worst {
		value = slices.Max(got) / divisor
		is = fmt.Sprintf("%.2f–%.2f", slices.Min(got)/divisor, value)
	}
	if value <= g.most {
		return demand, is, "yes"
	}
	return demand, is, "no"
}

// printGoals writes what has come of each goal.
func printGoals(w io.Writer, t *table) error {
	fmt.Fprint(w, "\n### goals\n\n")
	tw := tabwriter.NewWriter(w, 0, 0, 1, ' ', 0)
	fmt.Fprint(tw, "|\tgoal\t|\tmust be\t|\tis\t|\treached\t|\n|\t---\t|\t---\t|\t---:\t|\t---\t|\n")
	for _, g := range goals {
		demand, is, answer := g.verdict(t)
		fmt.Fprintf(tw, "|\t%s\t|\t%s\t|\t%s\t|\t%s\t|\n", g.what, demand, is, answer)
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprint(w, "\nThe goals of polls are those of make bench-poll.\n")
	return err
}
