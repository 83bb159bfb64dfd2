package poll

import (
	"crypto/sha256"
	"slices"
)

const (
	// RememberedCommands is how many accepted commands of each user are remembered,
	// so that one sent again is not carried out again. They take some 6 KiB at most.
	RememberedCommands = 64

	// MaxCommandID is the longest id of a command, in bytes.
	MaxCommandID = 64
)

// A history is the last accepted commands of one user, the newest last. Each takes 56
// bytes, and those of its receipt.
type history []memory

type memory struct {
	digest  digest
	outcome Outcome
}

// A digest stands for a commandID: an id may be as long as four digests. Only their
// author could look for two ids of the same digest, to be told the wrong outcome.
type digest [16]byte

func digestOf(commandID string) digest {
	sum := sha256.Sum256([]byte(commandID))
	return digest(sum[:len(digest{})])
}

func (h history) recall(commandID string) (Outcome, bool) {
	if len(h) == 0 {
		return Outcome{}, false
	}
	d := digestOf(commandID)
	for _, m := range slices.Backward(h) {
		if m.digest == d {
			return m.outcome, true
		}
	}
	return Outcome{}, false
}

func (h *history) remember(commandID string, outcome Outcome) {
	if len(*h) == RememberedCommands {
		*h = slices.Delete(*h, 0, 1)
	}
	*h = append(*h, memory{digestOf(commandID), outcome})
}
