package sqlite

import (
	"database/sql"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"time"

	"github.com/caucus-live/caucus/internal/ledger"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// A head is a row of logs.
type head struct {
	id      string
	number  int64
	last    int64
	expires int64 // milliseconds since 1970
}

// The columns of a head, in the order in which scanHead takes them.
const headColumns = "id, number, last, expires, checksum"

// scanHead reads a row of headColumns and checks it.
func scanHead(scan func(dest ...any) error) (head, error) {
	var h head
	var sum int64
	if err := scan((*text)(&h.id), (*integer)(&h.number), (*integer)(&h.last), (*integer)(&h.expires), (*integer)(&sum)); err != nil {
		return head{}, err
	}
	if sum != h.sum() {
		return head{}, &ledger.CorruptError{Log: h.id, Reason: "its row in logs does not match its checksum"}
	}
	return h, nil
}

func (h head) sum() int64 {
	b := make([]byte, 0, 24)
	b = binary.BigEndian.AppendUint64(b, uint64(h.number))
	b = binary.BigEndian.AppendUint64(b, uint64(h.last))
	b = binary.BigEndian.AppendUint64(b, uint64(h.expires))
	return stored(crc32.Update(idSum(h.id), castagnoli, b))
}

func (h head) info() ledger.Info {
	return ledger.Info{ID: h.id, Last: uint64(h.last), Expires: time.UnixMilli(h.expires).UTC()}
}

// position is where an entry of the log is in entries.
func (h head) position(sequence int64) int64 { return h.number<<32 | sequence }

// The positions after 0 and up to maxSequence are all that a log can have.
const maxSequence = 1<<32 - 1

func idSum(id string) uint32 { return crc32.Checksum([]byte(id), castagnoli) }

// dataSum is the checksum of an entry, or of a snapshot, of the log with that idSum.
func dataSum(idSum uint32, sequence int64, data []byte) int64 {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, 8), uint64(sequence))
	return stored(crc32.Update(crc32.Update(idSum, castagnoli, b), castagnoli, data))
}

// stored is a checksum as the database has it: signed, SQLite keeps it in four
// bytes, where some of the unsigned ones would take six.
func stored(sum uint32) int64 { return int64(int32(sum)) }

// scanAll returns what a query found, up to the first row that scan refuses.
func scanAll[T any](rows *sql.Rows, err error, scan func(func(dest ...any) error) (T, error)) (all []T, _ error) {
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // it has no error that Err has not
	for rows.Next() {
		v, err := scan(rows.Scan)
		if err != nil {
			return all, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// errRow says that a row is not of the types of its table: it is damaged.
var errRow = errors.New("a row does not have the types of its table")

// An integer is a column that can be nothing else.
type integer int64

// Scan implements [sql.Scanner].
func (i *integer) Scan(column any) error {
	v, ok := column.(int64)
	if !ok {
		return errRow
	}
	*i = integer(v)
	return nil
}

// A text is a column that can be nothing else.
type text string

// Scan implements [sql.Scanner].
func (s *text) Scan(column any) error {
	v, ok := column.(string)
	if !ok {
		return errRow
	}
	*s = text(v)
	return nil
}
