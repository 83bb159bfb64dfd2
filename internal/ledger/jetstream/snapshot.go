package jetstream

import (
	"context"
	"encoding/binary"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/caucus-live/caucus/internal/ledger"
)

// A snapshot is a message for each part of at most maxPart bytes. Each begins with when
// the log was made, the sequence that the snapshot is of, a position of the log
// before it, the number of parts and a CRC-32C of the log's id and the whole data.
const snapshotHead = 6*8 + 4

type snapshotPart struct {
	born     int64
	sequence uint64
	at       position
	parts    uint64
	sum      uint32
	data     []byte
}

func (p *snapshotPart) encode() []byte {
	head := make([]byte, 0, snapshotHead+len(p.data))
	for _, n := range []uint64{uint64(p.born), p.sequence, p.at.entries, p.at.stream, p.parts, 0} { //nolint:gosec // and back
		head = binary.BigEndian.AppendUint64(head, n)
	}
	head = binary.BigEndian.AppendUint32(head, p.sum)
	return append(head, p.data...)
}

func decodePart(data []byte) (*snapshotPart, bool) {
	if len(data) < snapshotHead {
		return nil, false
	}
	number := func(i int) uint64 { return binary.BigEndian.Uint64(data[8*i:]) }
	return &snapshotPart{
		born: int64(number(0)), sequence: number(1), at: position{number(2), number(3)}, parts: number(4), //nolint:gosec // as in encode
		sum: binary.BigEndian.Uint32(data[6*8:]), data: data[snapshotHead:],
	}, true
}

// SaveSnapshot implements [ledger.Ledger]. Of two servers that save at the same time
// one wins; parts of both are not a snapshot.
func (l *Ledger) SaveSnapshot(ctx context.Context, id string, s ledger.Snapshot) error {
	if err := ledger.Validate(id, s.Data); err != nil {
		return err
	}
	info, err := l.Info(ctx, id)
	switch {
	case err != nil:
		return err
	case s.Sequence == 0 || s.Sequence > info.Last:
		return fmt.Errorf("%w: a snapshot of entry %d of %d", ledger.ErrInvalid, s.Sequence, info.Last)
	}
	ctx, end, err := l.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	n := l.name(id)
	known, at := l.known.before(id, s.Sequence)
	if kept, err := l.snapshotPart(ctx, n, 0); err != nil {
		return fault(id, err)
	} else if kept != nil && kept.born == known.born && kept.sequence > s.Sequence {
		return nil
	}
	return fault(id, l.saveParts(ctx, n, info.Expires, snapshotPart{
		born: known.born, sequence: s.Sequence, at: at, sum: checksum(id, s.Data), data: s.Data,
	}))
}

// saveParts stores the parts of a snapshot, the first last.
func (l *Ledger) saveParts(ctx context.Context, n name, expires time.Time, whole snapshotPart) error {
	parts := max(1, (len(whole.data)+maxPart-1)/maxPart)
	ttl := max(expires.Sub(l.opts.Now()), time.Second) / time.Second
	for i := parts - 1; i >= 0; i-- {
		part := whole
		part.parts, part.data = uint64(parts), whole.data[i*maxPart:min((i+1)*maxPart, len(whole.data))] //nolint:gosec // at least 1
		msg := nats.NewMsg(n.snapshot(i))
		msg.Header.Set("Nats-TTL", strconv.Itoa(int(ttl)))
		msg.Data = part.encode()
		if err := persist(ctx, permanent, func(ctx context.Context) error {
			_, err := l.store(ctx, msg)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// snapshotPart returns a part of what is kept, or nil.
func (l *Ledger) snapshotPart(ctx context.Context, n name, part int) (*snapshotPart, error) {
	msg, err := l.get(ctx, snapshotStream, getRequest{LastFor: n.snapshot(part)})
	if err != nil || msg == nil {
		return nil, err
	}
	p, ok := decodePart(msg.data)
	if !ok {
		return nil, nil //nolint:nilnil // as documented: a damaged one counts as none
	}
	return p, nil
}

// Snapshot implements [ledger.Ledger].
func (l *Ledger) Snapshot(ctx context.Context, id string) (ledger.Snapshot, error) {
	ctx, leave, err := l.reading(ctx)
	if err != nil {
		return ledger.Snapshot{}, err
	}
	defer leave()
	n := l.name(id)
	last, err := l.last(ctx, n)
	if err != nil {
		return ledger.Snapshot{}, fault(id, err)
	}
	first, err := l.snapshotPart(ctx, n, 0)
	if err != nil || first == nil || first.born != last.born || first.parts > ledger.MaxData/maxPart+1 {
		return ledger.Snapshot{}, fault(id, err)
	}
	data := first.data
	for i := 1; i < int(first.parts); i++ { //nolint:gosec // bounded above
		part, err := l.snapshotPart(ctx, n, i)
		if err != nil || part == nil {
			return ledger.Snapshot{}, fault(id, err)
		}
		data = append(data, part.data...)
	}
	if checksum(id, data) != first.sum {
		return ledger.Snapshot{}, nil
	}
	l.known.noteSnapshot(id, last, first.at)
	return ledger.Snapshot{Sequence: first.sequence, Data: data}, nil
}
