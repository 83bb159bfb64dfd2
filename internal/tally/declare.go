package tally

// A process is a count that stops at each tie, and can go on with any of the tied.
type process[P any] interface {
	advance() (tied []int) // goes on to the next tie, and stays there; nil at the end
	choose(option int)
	fork() P
	narrow(tied []int) []int     // those among whom the rules before the draw leave the choice
	key() string                 // equal keys: equal ways to go on
	fate() (elected, open []int) // who is elected, and who may yet be
}

// declaredWork bounds the work of finding who may win: processes side by side, times
// the size of each. It is more than the ties of real elections ask for.
const declaredWork = 1 << 19

// declared finds who wins if ties are declared: sure are those who win however the
// ties are broken, open those who win in some way of breaking them. Without declared
// ties it finds nobody.
func declared[P process[P]](c *count, start P) (sure, open []int) {
	if !c.declares() {
		return nil, nil
	}
	may := make([]int, len(c.Options)) // in how many endings the option wins, or may
	won := make([]int, len(c.Options)) // in how many it wins
	endings := 0
	end := func(p P) {
		elected, open := p.fate()
		for _, option := range elected {
			won[option]++
			may[option]++
		}
		for _, option := range open {
			may[option]++
		}
		endings++
	}

	// All ways are followed one tie at a time. Should they become too many, whoever is
	// still in at that point counts as one who may win: an answer that leaves nobody
	// out, and that does not depend on the order in which ways are followed.
	m := len(c.Options)
	limit := max(16, declaredWork/(1+len(c.Ballots)+m*m))
	for ways := []P{start.fork()}; len(ways) > 0; {
		var undecided, next []P
		for _, way := range ways {
			if contested(c, way) == nil {
				end(way)
			} else {
				undecided = append(undecided, way)
			}
		}
		if next = branches(c, undecided, limit); next == nil {
			for _, way := range undecided {
				end(way)
			}
		}
		ways = next
	}
	for option := range c.Options {
		switch {
		case won[option] == endings:
			sure = append(sure, option)
		case may[option] > 0:
			open = append(open, option)
		}
	}
	return sure, open
}

// contested goes on to the next tie that is to be declared: any, or without a draw one that
// the rules before it leave open. It returns who is tied.
func contested[P process[P]](c *count, p P) []int {
	for {
		tied := p.advance()
		if tied == nil || !c.NoDraw {
			return tied
		}
		left := p.narrow(tied)
		if len(left) > 1 {
			return left
		}
		p.choose(left[0])
	}
}

// branches goes on from the tie of each process with each of the tied. It returns nil
// if that makes more than limit different ones.
func branches[P process[P]](c *count, undecided []P, limit int) []P {
	seen := make(map[string]bool)
	var next []P
	for _, way := range undecided {
		for _, option := range contested(c, way) {
			branch := way.fork()
			branch.choose(option)
			if key := branch.key(); !seen[key] {
				seen[key] = true
				next = append(next, branch)
			}
			if len(next) > limit {
				return nil
			}
		}
	}
	return next
}
