package main

import "time"

// A measurement is what make bench-cluster prints of processor time for one poll: of a person, at the
// servers and where people are played.
type measurement struct {
	join, joiner, ballot, voter time.Duration
}

// fit returns costs with which the simulation of a hall takes the processor time that was measured there:
// those of a person and of a ballot are what is left when all else is taken away.
func (c costs) fit(h hall, want measurement) costs {
	const steps = 5 // how many patches there are depends on how long a phase takes
	c.join, c.joiner, c.ballot, c.voter = want.join, want.joiner, want.ballot, want.voter
	for range steps {
		phases := newCluster(h, c).play()
		correct := func(cost *time.Duration, want, got time.Duration) {
			*cost = max(0, *cost+want-got/time.Duration(h.people))
		}
		for _, p := range phases {
			switch p.name {
			case "join":
				correct(&c.join, want.join, p.servers)
				correct(&c.joiner, want.joiner, p.people)
			case "vote":
				correct(&c.ballot, want.ballot, p.servers)
				correct(&c.voter, want.voter, p.people)
			}
		}
	}
	return c
}
