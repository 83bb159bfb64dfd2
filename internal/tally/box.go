package tally

import (
	"encoding/binary"
	"hash/maphash"
	"slices"
)

// A Box gathers ballots, and keeps equal ones as one of their common weight. [Count]
// does the same; a Box saves the memory of ballots that never need to be side by side.
// The zero Box is empty. It may not be used concurrently.
type Box struct {
	keys    []byte  // of the different ballots, one after the other
	ends    []int   // of each in keys
	weights []int64 // of each
	entries int     // of all
	index   index
}

// Add puts a ballot in the box, which must be valid as [Election] says. It copies what it
// keeps of it.
func (x *Box) Add(b Ballot) {
	i, found := x.index.find(&b, func(i int) bool { return string(x.key(i)) == string(x.index.key) })
	if found {
		x.weights[i] += b.Weight
		return
	}
	x.keys = append(x.keys, x.index.key...)
	x.ends = append(x.ends, len(x.keys))
	x.weights = append(x.weights, b.Weight)
	x.entries += len(b.Ranking)
}

// key returns the key of one of the different ballots.
func (x *Box) key(i int) []byte {
	if i == 0 {
		return x.keys[:x.ends[0]]
	}
	return x.keys[x.ends[i-1]:x.ends[i]]
}

// Scale multiplies all weights by a factor, for ballots to come that are parts of a vote.
func (x *Box) Scale(factor int64) {
	for i := range x.weights {
		x.weights[i] *= factor
	}
}

// Ballots returns the different ballots, in the order in which they first came. The box
// must not be used afterwards.
func (x *Box) Ballots() []Ballot {
	x.index = index{} // which need not be in memory beside them
	ballots, options := make([]Ballot, len(x.ends)), make([]int, 0, x.entries)
	for i := range ballots {
		start, key := len(options), x.key(i)
		var ranks []int
		for rank := 0; len(key) > 0; {
			option, n := binary.Varint(key)
			step, m := binary.Varint(key[n:])
			key = key[n+m:]
			rank += int(step)
			if at := len(options) - start; ranks == nil && rank != at+1 {
				ranks = counted(at)
			}
			if ranks != nil {
				ranks = append(ranks, rank)
			}
			options = append(options, int(option))
		}
		ballots[i] = Ballot{Ranking: slices.Clip(options[start:]), Ranks: ranks, Weight: x.weights[i]}
	}
	return ballots
}

// counted returns 1 to n.
func counted(n int) []int {
	numbers := make([]int, n)
	for i := range numbers {
		numbers[i] = i + 1
	}
	return numbers
}

// fold returns the election with equal ballots made one, of their common weight.
func (e *Election) fold() *Election {
	if e.Folded {
		return e
	}
	var x index
	var first []int32   // the first ballot of each kind
	var weights []int64 // of all of them
	for i := range e.Ballots {
		b := &e.Ballots[i]
		kind, found := x.find(b, func(i int) bool { return e.Ballots[first[i]].equal(b) })
		if found {
			weights[kind] += b.Weight
		} else {
			first, weights = append(first, int32(i)), append(weights, b.Weight)
		}
	}
	folded := *e
	folded.Folded = true
	if len(first) == len(e.Ballots) {
		return &folded
	}
	folded.Ballots = make([]Ballot, len(first))
	for kind, i := range first {
		folded.Ballots[kind] = e.Ballots[i]
		folded.Ballots[kind].Weight = weights[kind]
	}
	return &folded
}

// An index finds equal ballots among those that somebody else keeps, by their numbers.
type index struct {
	slots  []int32  // by hash, or after it where that is taken: a number + 1, or 0
	hashes []uint32 // by number
	seed   maphash.Seed
	key    []byte // of the ballot that was looked for last: equal keys, equal ballots
}

// find returns the number of the ballot equal to b. If no ballot is equal, the next number now
// stands for b, which the caller has to keep under it.
func (x *index) find(b *Ballot, equal func(number int) bool) (number int, found bool) {
	if 2*len(x.hashes) >= len(x.slots) {
		x.grow()
	}
	hash := x.hash(b)
	i := int(hash) & (len(x.slots) - 1)
	for ; x.slots[i] != 0; i = (i + 1) & (len(x.slots) - 1) {
		number := int(x.slots[i]) - 1
		if x.hashes[number] == hash && equal(number) {
			return number, true
		}
	}
	x.hashes = append(x.hashes, hash)
	x.slots[i] = int32(len(x.hashes))
	return len(x.hashes) - 1, false
}

// grow doubles the slots.
func (x *index) grow() {
	if x.slots == nil {
		x.seed = maphash.MakeSeed()
	}
	x.slots = make([]int32, max(64, 2*len(x.slots)))
	for number, hash := range x.hashes {
		i := int(hash) & (len(x.slots) - 1)
		for x.slots[i] != 0 {
			i = (i + 1) & (len(x.slots) - 1)
		}
		x.slots[i] = int32(number) + 1
	}
}

// hash returns equal numbers for equal ballots.
func (x *index) hash(b *Ballot) uint32 {
	x.key = x.key[:0]
	for i, option := range b.Ranking {
		x.key = binary.AppendVarint(x.key, int64(option))
		if b.Ranks != nil {
			x.key = binary.AppendVarint(x.key, int64(b.rank(i)-b.rank(i-1)))
		} else {
			x.key = append(x.key, 2) // the step of one rank
		}
	}
	return uint32(maphash.Bytes(x.seed, x.key))
}

// equal reports whether two ballots say the same, whatever their weights.
func (b *Ballot) equal(c *Ballot) bool {
	if !slices.Equal(b.Ranking, c.Ranking) {
		return false
	}
	if b.Ranks == nil && c.Ranks == nil {
		return true
	}
	for i := range b.Ranking {
		if b.rank(i) != c.rank(i) {
			return false
		}
	}
	return true
}
