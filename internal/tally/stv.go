package tally

import (
	"fmt"
	"maps"
	"math/bits"
	"slices"
)

// stvUnit is the units of a vote: transfer values have five decimals.
const stvUnit = 100_000

// stv is the single transferable vote by the Scottish rules (SSI 2007/42, schedule 1,
// rules 45 to 52), the weighted inclusive Gregory method. A stage of the rules is a
// [Round].
//
// The quota is floor(valid/(seats+1))+1 and stays; a ballot that is exhausted at its
// first rank is not valid. Whoever reaches the quota is elected. One surplus at a time
// is transferred, the largest first: all ballots of the option move, each worth what it
// was times surplus / votes, cut to five decimals. Without a surplus the lowest is
// excluded, and its ballots move at what they are worth. The count ends when the seats
// are filled, or when no more options continue than there are vacancies: those are
// elected, and nothing more is transferred.
func (c *count) stv() {
	s := newSingleTransfer(c)
	if s.active() == 0 {
		c.nobody()
		return
	}
	sure, open := declared(c, s)
	s.record = true
	for tied := s.advance(); tied != nil; tied = s.advance() {
		s.choose(s.settle(tied))
	}
	s.votes = s.standing()
	groups := s.groups(s.elected...)
	if c.declares() {
		groups = lead(groups, sure, open)
	}
	c.place(groups, func(option int) Figure { return s.figure(s.votes[option]) })
}

// A singleTransfer is a single transferable vote at one of its stages.
type singleTransfer struct {
	*pool
	quota   int64
	elected [][]int       // stage by stage
	won     map[int]int64 // the votes with which each of those was elected
	now     []int         // who is elected at this stage
	done    bool
}

func newSingleTransfer(c *count) *singleTransfer {
	s := &singleTransfer{pool: newPool(c, stvUnit), won: make(map[int]int64)}
	s.worth = slices.Repeat([]int64{stvUnit}, len(c.Ballots))
	s.quota = (s.active()/s.unit/int64(c.res.Seats+1) + 1) * s.unit
	return s
}

// vacancies returns how many seats are still to be filled.
func (s *singleTransfer) vacancies() int { return s.res.Seats - len(s.won) }

// advance goes on until the seats are filled, or to the next tie, whose options it
// returns.
func (s *singleTransfer) advance() (tied []int) {
	for !s.done {
		reached, _ := s.declared(s.continuing())
		s.elect(slices.DeleteFunc(reached, func(o int) bool { return s.votes[o] < s.quota }))
		switch continuing, undeclared := s.declared(s.continuing()); {
		case s.vacancies() == 0:
			s.finish(nil)
		case len(continuing) <= s.vacancies():
			s.elect(continuing)
			s.finish(undeclared)
		case len(undeclared) > 0 && len(s.surpluses()) == 0:
			s.move(undeclared)
		default:
			group, tie := s.next(continuing)
			if tie {
				return group
			}
			s.move(group)
		}
	}
	return nil
}

// elect gives seats to options.
func (s *singleTransfer) elect(options []int) {
	if len(options) == 0 {
		return
	}
	for _, option := range options {
		s.in[option] = false
		s.won[option] = s.votes[option]
	}
	s.elected = append(s.elected, options)
	s.now = append(s.now, options...)
}

// next returns whose ballots move next, or that several are tied for it.
func (s *singleTransfer) next(continuing []int) (group []int, tie bool) {
	if group = s.surpluses(); len(group) > 0 {
		return group, len(group) > 1
	}
	group = extreme(continuing, s.votes, false)
	// Where ties are declared, those without a vote go together if all of them must go.
	together := s.declares() && s.votes[group[0]] == 0 && len(continuing)-len(group) >= s.vacancies()
	return group, len(group) > 1 && !together
}

// surpluses returns who has the largest surplus, if there is any.
func (s *singleTransfer) surpluses() []int {
	var over []int
	for option := range s.won {
		if s.votes[option] > s.quota {
			over = append(over, option)
		}
	}
	slices.Sort(over)
	return extreme(over, s.votes, true)
}

// move moves the ballots of one elected option, or of a group that is excluded.
func (s *singleTransfer) move(group []int) {
	if _, elected := s.won[group[0]]; elected {
		s.transfer(group[0])
	} else {
		s.drop(group)
	}
}

// transfer moves the surplus of option.
func (s *singleTransfer) transfer(option int) {
	votes := s.votes[option]
	surplus := votes - s.quota
	round := s.report(s.quota, s.now, nil)
	round.Surplus = s.Options[option]
	s.now = nil

	s.votes[option] = s.quota
	moved, left := make(flow), surplus
	s.spend(4 * len(s.holder))
	for i, holder := range s.holder {
		if int(holder) == option {
			hi, lo := bits.Mul64(uint64(s.worth[i]), uint64(surplus))
			worth, _ := bits.Div64(hi, lo, uint64(votes))
			s.worth[i] = int64(worth)
			to, why := s.readOn(i)
			moved[route{option, to, why}] += s.value(i)
			left -= s.value(i)
		}
	}
	if left > 0 {
		moved[route{option, 0, rounding}] = left
		s.lost[rounding] += left
	}
	round.Transfers = s.transfers(moved)
}

// drop excludes the group. If no more continue than there are vacancies, those are
// elected at once and nothing moves.
func (s *singleTransfer) drop(group []int) {
	rest := slices.DeleteFunc(s.continuing(), func(o int) bool { return slices.Contains(group, o) })
	if len(rest) <= s.vacancies() {
		s.elect(rest)
		s.finish(group)
		return
	}
	round := s.report(s.quota, s.now, group)
	s.now = nil
	s.exclude(group)
	round.Transfers = s.transfers(s.release())
}

// finish ends the count with its last stage, at which the group is excluded.
func (s *singleTransfer) finish(group []int) {
	s.report(s.quota, s.now, group)
	s.exclude(group)
	s.done = true
}

// settle breaks a tie.
func (s *singleTransfer) settle(tied []int) int {
	stage, surplus := "exclusion", len(s.surpluses()) > 0
	if surplus {
		stage = "surplus"
	}
	return s.resolve(fmt.Sprintf("round %d %s", len(s.past)+1, stage), tied, s.past, surplus)
}

func (s *singleTransfer) choose(option int) { s.move([]int{option}) }

// standing returns the votes with which each option was elected or excluded, or which
// it has at the end.
func (s *singleTransfer) standing() []int64 {
	votes := slices.Clone(s.votes)
	for option, then := range s.won {
		votes[option] = then
	}
	return votes
}

func (s *singleTransfer) narrow(tied []int) []int {
	left, _ := s.count.narrow(tied, s.past, len(s.surpluses()) > 0)
	return left
}

func (s *singleTransfer) fork() *singleTransfer {
	f := *s
	f.pool = s.pool.fork()
	f.won = maps.Clone(s.won)
	f.elected, f.now = slices.Clip(s.elected), slices.Clip(s.now)
	return &f
}

func (s *singleTransfer) key() string {
	return fmt.Sprint(s.done, s.surpluses(), " ") + string(s.pool.key())
}

func (s *singleTransfer) fate() (elected, open []int) {
	for option := range s.won {
		elected = append(elected, option)
	}
	if !s.done {
		open = s.continuing()
	}
	return elected, open
}
