package poll

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"slices"
	"unicode/utf8"
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

// encode returns the history as a snapshot has it: of each command its digest, its
// version, and its receipt and nomination, each after its length.
func (h history) encode() []byte {
	const usual = 50 // bytes, of a ballot with its receipt
	data := make([]byte, 0, usual*len(h))
	for _, m := range h {
		data = append(data, m.digest[:]...)
		data = binary.AppendUvarint(data, m.outcome.Version)
		for _, s := range []string{m.outcome.Receipt, string(m.outcome.Nomination)} {
			data = binary.AppendUvarint(data, uint64(len(s)))
			data = append(data, s...)
		}
	}
	return data
}

// decodeHistory reads what encode has written, and keeps nothing of it.
func decodeHistory(data []byte) (h history, err error) {
	ok := true
	number := func() uint64 {
		n, size := binary.Uvarint(data)
		ok = ok && size > 0
		data = data[max(size, 0):]
		return n
	}
	take := func(n uint64) string {
		ok = ok && n <= uint64(len(data))
		s := string(data[:min(n, uint64(len(data)))])
		data = data[len(s):]
		return s
	}
	for ok && len(data) > 0 {
		var m memory
		copy(m.digest[:], take(uint64(len(m.digest))))
		m.outcome = Outcome{Version: number(), Receipt: take(number()), Nomination: NominationID(take(number()))}
		ok = ok && utf8.ValidString(m.outcome.Receipt) && utf8.ValidString(string(m.outcome.Nomination))
		h = append(h, m)
	}
	if !ok || len(h) > RememberedCommands {
		return nil, errors.New("the commands are not possible")
	}
	return h, nil
}
