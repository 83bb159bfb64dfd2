package jetstream

import (
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"strings"
)

// The names of what is kept in NATS.
const (
	snapshotStream = "POLL_SNAPSHOTS"
	streamPrefix   = "POLLS_"
)

func streamName(shard int) string { return fmt.Sprintf("%s%d", streamPrefix, shard) }

// A name is where a log is.
type name struct {
	id     string
	shard  int
	stream string
	token  string // of subjects
}

func (l *Ledger) name(id string) name {
	h := fnv.New32a()
	_, _ = h.Write([]byte(id))
	shard := int(h.Sum32() % uint32(l.opts.Shards)) //nolint:gosec // from 1 to maxShards
	return name{id, shard, streamName(shard), token(id)}
}

func (n name) subject() string { return fmt.Sprintf("poll.%d.%s", n.shard, n.token) }
func (n name) live() string    { return fmt.Sprintf("live.%d.%s", n.shard, n.token) }

func (n name) snapshot(part int) string {
	return fmt.Sprintf("snapshot.%d.%s.%d", n.shard, n.token, part)
}

// extension is the subject of the message that extends a log.
func (n name) extension() string { return fmt.Sprintf("snapshot.%d.%s.end", n.shard, n.token) }

// token is an id as a token of a subject: the usual ones, such as the codes of
// polls, as they are, all others in hexadecimal after an underscore.
func token(id string) string {
	for _, r := range id {
		if !strings.ContainsRune(plain, r) {
			return "_" + hex.EncodeToString([]byte(id))
		}
	}
	return id
}

const plain = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// idOf is the id of which token made a token.
func idOf(token string) (string, bool) {
	encoded, ok := strings.CutPrefix(token, "_")
	if !ok {
		return token, true
	}
	id, err := hex.DecodeString(encoded)
	return string(id), err == nil
}
