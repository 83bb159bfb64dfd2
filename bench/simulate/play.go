package main

import "time"

// A phase is a part of a play, with what it took: until the last person has seen its effect, and
// of processors at the servers and where people are played.
type phase struct {
	name            string
	took            time.Duration
	servers, people time.Duration
}

// play plays polls from the first join to the result.
func (s *cluster) play() (phases []phase) {
	for _, step := range []struct {
		name string
		act  func(rm *room, i int, done func()) // what person i does
		who  int                                // people of each room
		many int                                // of all rooms at a time
		over time.Duration
	}{
		{"join", (*room).enter, s.people / s.polls, s.arrivals, s.over},
		{"nominate", (*room).say, nominations, s.people, 0},
		{"start", (*room).say, 1, s.people, 0},
		{"vote", (*room).vote, s.people / s.polls, s.people, s.over},
		{"close", (*room).close, 1, s.people, 0},
	} {
		start, servers, people := s.clock.now, s.spent(), s.playing.spent
		seen := start
		s.each(step.who, step.many, step.over, step.act, func(rm *room) { rm.whenSeen(func() { seen = max(seen, s.clock.now) }) })
		s.clock.run()
		phases = append(phases, phase{step.name, seen - start, s.spent() - servers, s.playing.spent - people})
	}
	return phases
}

// spent is the processor time of all servers.
func (s *cluster) spent() (all time.Duration) {
	for _, m := range s.machines {
		all += m.spent
	}
	return all
}

// each has some people of each room do something: at even distances, or a number of them at a time. It calls
// all when those of a room are done.
func (s *cluster) each(who, many int, over time.Duration, act func(rm *room, i int, done func()), all func(*room)) {
	next, total := 0, who*len(s.rooms)
	done := make(map[*room]int, len(s.rooms))
	var start func()
	start = func() {
		if next == total {
			return
		}
		rm, i := s.rooms[next%len(s.rooms)], next/len(s.rooms)
		next++
		act(rm, i, func() {
			if done[rm]++; done[rm] == who {
				all(rm)
			}
			if over == 0 {
				start()
			}
		})
	}
	if over > 0 {
		for i := range total {
			s.clock.after(over*time.Duration(i)/time.Duration(total), start)
		}
		return
	}
	for range min(many, total) {
		start()
	}
}

func (rm *room) enter(i int, done func()) {
	rm.do(i, rm.joiner, rm.join, func() {
		rm.sides[i%len(rm.sides)].present++
		done()
	})
}

func (rm *room) say(i int, done func()) { rm.do(i, rm.voter, rm.ballot, done) }

func (rm *room) vote(i int, done func()) {
	began := rm.clock.now
	rm.do(i, rm.voter, rm.ballot, func() {
		rm.acks = append(rm.acks, rm.clock.now-began)
		done()
	})
}

func (rm *room) close(i int, done func()) {
	rm.say(i, func() {
		left := len(rm.sides)
		for _, sd := range rm.sides {
			sd.machine.work(time.Duration(rm.people)*rm.count, func() {
				if left--; left == 0 {
					done()
				}
			})
		}
	})
}
