package poll

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"unicode/utf8"
)

const (
	// RememberedCommands is how many accepted commands of each user are remembered,
	// so that one sent again is not carried out again. They take some 3 KiB.
	RememberedCommands = 64

	// MaxCommandID is the longest id of a command, in bytes.
	MaxCommandID = 64
)

// A history is the last accepted commands of one user, the oldest first, as a snapshot has
// them: of each the digest of its id, its version, and its receipt and nomination, each after
// its length. A ballot takes some 48 bytes. What is encoded does not change: commands are added
// behind it and fall off its front, so that a snapshot shares it.
type history struct {
	encoded []byte
	count   int
}

// A digest stands for a commandID: an id may be as long as four digests. Only their
// author could look for two ids of the same digest, to be told the wrong outcome.
type digest [16]byte

func digestOf(commandID string) digest {
	sum := sha256.Sum256([]byte(commandID))
	return digest(sum[:len(digest{})])
}

func (h *history) recall(commandID string) (Outcome, bool) {
	if h.count == 0 {
		return Outcome{}, false
	}
	d := digestOf(commandID)
	if !bytes.Contains(h.encoded, d[:]) { // as with almost every command, and sooner known than all are read
		return Outcome{}, false
	}
	for rest := h.encoded; len(rest) > 0; {
		var m memory
		if m, rest = nextMemory(rest); bytes.Equal(m.digest, d[:]) {
			return m.outcome(), true
		}
	}
	return Outcome{}, false
}

func (h *history) remember(commandID string, outcome Outcome) {
	if h.count == RememberedCommands {
		_, h.encoded = nextMemory(h.encoded)
		h.count--
	}
	d := digestOf(commandID)
	b := append(h.encoded, d[:]...)
	b = binary.AppendUvarint(b, outcome.Version)
	for _, s := range []string{outcome.Receipt, string(outcome.Nomination)} {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	h.encoded = b
	h.count++
}

// restoreHistory is the history that a snapshot has, which it keeps.
func restoreHistory(encoded []byte) (history, error) {
	h := history{encoded: encoded}
	for rest := encoded; len(rest) > 0; h.count++ {
		var m memory
		m, rest = nextMemory(rest)
		if m.digest == nil || h.count == RememberedCommands || !utf8.Valid(m.receipt) || !utf8.Valid(m.nomination) {
			return history{}, errors.New("the commands are not possible")
		}
	}
	return h, nil
}

// A memory is a command in a history: parts of what is encoded.
type memory struct {
	digest              []byte // nil: nothing was read
	version             uint64
	receipt, nomination []byte
}

func (m memory) outcome() Outcome {
	return Outcome{Version: m.version, Receipt: string(m.receipt), Nomination: NominationID(m.nomination)}
}

// nextMemory reads the first command of what is encoded.
func nextMemory(encoded []byte) (m memory, rest []byte) {
	var size digest
	if len(encoded) < len(size) {
		return memory{}, nil
	}
	m.digest, rest = encoded[:len(size)], encoded[len(size):]
	version, n := binary.Uvarint(rest)
	if n <= 0 {
		return memory{}, nil
	}
	m.version, rest = version, rest[n:]
	for _, part := range []*[]byte{&m.receipt, &m.nomination} {
		length, n := binary.Uvarint(rest)
		if n <= 0 || length > uint64(len(rest)-n) {
			return memory{}, nil
		}
		*part, rest = rest[n:n+int(length)], rest[n+int(length):] //nolint:gosec // it is at most len(rest)
	}
	return m, rest
}
