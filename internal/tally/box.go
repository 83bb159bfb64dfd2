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
	ballots []Ballot
	index   map[uint64]int32 // by hash, or the next free number after it
	seed    maphash.Seed
	key     []byte
}

// Add puts a ballot in the box, which must be valid as [Election] says. It copies what it
// keeps of it.
func (x *Box) Add(b Ballot) { x.add(&b, true) }

// Ballots returns the different ballots, in the order in which they first came. The box
// must not be used afterwards.
func (x *Box) Ballots() []Ballot { return x.ballots }

func (x *Box) add(b *Ballot, clone bool) {
	if x.index == nil {
		x.index, x.seed = make(map[uint64]int32), maphash.MakeSeed()
	}
	x.key = x.key[:0]
	for i, option := range b.Ranking {
		x.key = binary.AppendVarint(x.key, int64(option))
		x.key = binary.AppendVarint(x.key, int64(b.rank(i)-b.rank(i-1)))
	}
	for hash := maphash.Bytes(x.seed, x.key); ; hash++ {
		i, found := x.index[hash]
		if !found {
			x.index[hash] = int32(len(x.ballots))
			break
		}
		if x.ballots[i].equal(b) {
			x.ballots[i].Weight += b.Weight
			return
		}
	}
	x.ballots = append(x.ballots, *b)
	if clone {
		kept := &x.ballots[len(x.ballots)-1]
		kept.Ranking, kept.Ranks = slices.Clone(b.Ranking), nil
		if !kept.equal(b) {
			kept.Ranks = slices.Clone(b.Ranks)
		}
	}
}

// equal reports whether two ballots say the same, whatever their weights.
func (b *Ballot) equal(c *Ballot) bool {
	if !slices.Equal(b.Ranking, c.Ranking) {
		return false
	}
	for i := range b.Ranking {
		if b.rank(i) != c.rank(i) {
			return false
		}
	}
	return true
}
