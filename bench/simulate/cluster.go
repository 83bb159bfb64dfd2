package main

import (
	"slices"
	"time"
)

// Costs are processor time, but for sync.
type costs struct {
	join, ballot       time.Duration // of a person or a ballot, at all servers: all but messages and deliveries
	joiner, voter      time.Duration // where people are played, but for what they receive
	delivery, received time.Duration // of a patch to one person: at the server, where people are played
	message            time.Duration // of storing one, at all servers
	count              time.Duration // of a ballot, at each server, when the vote is closed
	sync               time.Duration // until a quorum has a message on disk
}

// A hall is who takes part, and where.
type hall struct {
	people     int // in all
	polls      int
	servers    int
	processors int           // of each machine
	together   bool          // the servers, and those who play the people, share one machine
	streams    int           // that the polls are spread over
	arrivals   int           // joins at a time
	over       time.Duration // people join, and vote, at even distances within it; 0: as fast as it goes
}

const (
	// As in internal/live.
	patchInterval = 50 * time.Millisecond // the least time between two patches of a poll
	deliveryCost  = 10 * time.Microsecond // what a server takes for that of a delivery
	publishShare  = 4                     // the inverse of the share of a core, and of the time, that they may take
	longestRest   = 5 * time.Second       // between two, however long the first takes
	mostGathered  = 1000                  // entries of a message
	nominations   = 10
	applied       = 0.1 // of what an entry costs in all, at each server that applies it
)

// A cluster is a simulation under way.
type cluster struct {
	hall
	costs
	clock    clock
	machines []*machine
	playing  *machine
	disks    []*disk // one a stream
	rooms    []*room
	messages int
	acks     []time.Duration // of ballots
}

// A room is a poll: its log, and its sides.
type room struct {
	*cluster
	people    int
	disk      *disk
	gathering []func() // entries
	storing   bool
	sides     []*side
}

// A side is a room at a server that has people of it.
type side struct {
	*room
	machine *machine
	present int
	dirty   bool
	busy    bool // a patch is being sent, or its time has not come
	next    time.Duration
	shown   []func() // when all have seen what is so now
}

func newCluster(h hall, c costs) *cluster {
	s := &cluster{hall: h, costs: c}
	here := &processors{clock: &s.clock, idle: h.processors}
	elsewhere := here
	if !h.together {
		elsewhere = &processors{clock: &s.clock, idle: h.people} // everybody has a phone
	}
	s.playing = &machine{processors: elsewhere}
	for range h.servers {
		if !h.together {
			here = &processors{clock: &s.clock, idle: h.processors}
		}
		s.machines = append(s.machines, &machine{processors: here})
	}
	for range h.streams {
		s.disks = append(s.disks, &disk{clock: &s.clock, each: c.sync})
	}
	for i := range h.polls {
		rm := &room{cluster: s, people: h.people / h.polls, disk: s.disks[i%h.streams]}
		for j := range min(h.servers, rm.people) {
			rm.sides = append(rm.sides, &side{room: rm, machine: s.machines[(i+j)%h.servers]})
		}
		s.rooms = append(s.rooms, rm)
	}
	return s
}

// do has person i of a room do something: where they are played, at their server, in the log, and at each
// server that has people of the poll.
func (rm *room) do(i int, played, cost time.Duration, done func()) {
	here := rm.sides[i%len(rm.sides)]
	each := time.Duration(applied * float64(cost))
	rest := cost - each*time.Duration(len(rm.sides))
	rm.playing.work(played, func() {
		here.machine.work(rest, func() {
			left := len(rm.sides)
			rm.gathering = append(rm.gathering, func() {
				for _, side := range rm.sides {
					side.machine.work(each, func() {
						side.changed()
						if left--; left == 0 {
							done()
						}
					})
				}
			})
			rm.store()
		})
	})
}

// store stores what has gathered, one message at a time.
func (rm *room) store() {
	if rm.storing || len(rm.gathering) == 0 {
		return
	}
	n := min(len(rm.gathering), mostGathered)
	batch := slices.Clone(rm.gathering[:n])
	rm.gathering = rm.gathering[n:]
	rm.storing = true
	rm.messages++
	for _, m := range rm.machines {
		m.work(rm.message/time.Duration(len(rm.machines)), func() {})
	}
	rm.disk.sync(func() {
		rm.storing = false
		for _, stored := range batch {
			stored()
		}
		rm.store()
	})
}

// changed has a patch sent when its time has come.
func (sd *side) changed() {
	sd.dirty = true
	sd.publish()
}

func (sd *side) publish() {
	if !sd.dirty || sd.busy {
		return
	}
	sd.busy = true
	sd.clock.after(max(sd.next-sd.clock.now, 0), func() {
		sd.dirty = false
		seen := sd.shown
		sd.shown = nil
		present := time.Duration(sd.present)
		start := sd.clock.now
		sd.machine.work(present*sd.delivery, func() {
			took := min(sd.clock.now-start, longestRest/publishShare)
			sd.next = start + max(patchInterval, publishShare*max(took, present*deliveryCost))
			sd.busy = false
			sd.playing.work(present*sd.received, func() {
				for _, f := range seen {
					f()
				}
			})
			sd.publish()
		})
	})
}

// whenSeen does something when everybody in the room has seen what is so now.
func (rm *room) whenSeen(do func()) {
	left := len(rm.sides)
	for _, sd := range rm.sides {
		sd.shown = append(sd.shown, func() {
			if left--; left == 0 {
				do()
			}
		})
		sd.changed()
	}
}
