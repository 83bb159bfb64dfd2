package httpd

import (
	"errors"
	"fmt"
	"net/netip"
	"testing"
)

// A library is the documents of a test, which are as big as their names say.
type library struct {
	*documents
	t testing.TB
}

func openLibrary(tb testing.TB) *library {
	tb.Helper()
	return &library{newDocuments(80_000), tb}
}

// read takes a document, or puts it there first.
func (l *library) read(from byte, poll, form string, size int) (done func()) {
	l.t.Helper()
	done, err := l.try(from, poll, form, size)
	if err != nil {
		l.t.Errorf("address %d is refused %s of %s: %v", from, form, poll, err)
		return func() {}
	}
	return done
}

func (l *library) refused(from byte, poll, form string, size int) {
	l.t.Helper()
	if _, err := l.try(from, poll, form, size); !errors.Is(err, errCrowdedDocuments) {
		l.t.Errorf("address %d is not refused %s of %s: %v", from, form, poll, err)
	}
}

func (l *library) try(from byte, poll, form string, size int) (done func(), err error) {
	key, address := documentKey{poll: poll, form: form}, netip.AddrFrom4([4]byte{192, 0, 2, from})
	f, done, err := l.take(key, address)
	if f != nil || err != nil {
		return done, err
	}
	return l.put(key, &file{plain: make([]byte, size), zipped: func() []byte { return nil }}, address)
}

// Slow readers of one poll's documents have a fourth of the room, and those behind one address
// half; others, of other polls and addresses, have the rest.
func TestDocumentsHaveShares(t *testing.T) {
	l := openLibrary(t) // 70,000 bytes of big ones
	csv := l.read(1, "A", "csv", 10_000)
	l.read(1, "A", "json", 7_000)
	l.refused(1, "A", "blt", 1_000) // more than a fourth
	l.refused(2, "A", "blt", 1_000)
	l.read(2, "A", "json", 7_000)() // which is there already
	l.read(1, "B", "csv", 17_000)
	l.refused(1, "C", "csv", 5_000) // more than half
	l.read(2, "C", "csv", 17_000)
	l.refused(1, "C", "csv", 17_000) // also of what others have made
	l.read(2, "D", "csv", 17_000)
	l.refused(3, "E", "csv", 17_000) // more than all
	csv()
	l.refused(2, "A", "csv", 10_000) // too many wait for it elsewhere
	l.read(3, "A", "csv", 10_000)
}

// One that is bigger than any share can be alone.
func TestABigDocumentCanBeAlone(t *testing.T) {
	l := openLibrary(t)
	done := l.read(1, "A", "json", 500_000)
	l.read(2, "A", "json", 500_000)()
	l.refused(2, "B", "json", 5_000)
	done()
	l.read(2, "B", "json", 5_000)
	if l.big.bytes != 5_000 {
		t.Errorf("%d bytes are kept", l.big.bytes)
	}
}

// What nobody is being sent is forgotten for others, and small documents never wait for big
// ones.
func TestDocumentsMakeRoom(t *testing.T) {
	l := openLibrary(t)
	for i := range 20 {
		l.read(1, fmt.Sprint("poll ", i), "csv", 15_000)()
		l.read(1, "A", fmt.Sprint("form ", i), 15_000)()
	}
	if l.big.bytes > 70_000 || len(l.readers) != 0 {
		t.Errorf("%d bytes are kept, %d readers", l.big.bytes, len(l.readers))
	}
	for i := range byte(4) {
		l.read(i, fmt.Sprint("held ", i), "csv", 17_500)
	}
	l.refused(9, "B", "csv", 15_000)
	for i := range 50 {
		l.read(9, fmt.Sprint("small ", i), "csv", 100)
	}
}
