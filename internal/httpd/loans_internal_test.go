package httpd

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A lender lends views that are named in the order in which they are lent.
type lender struct {
	*loans
	cut []string
}

func (l *lender) lend(name, poll string, view *baseEncoding) (done func()) {
	return l.loans.lend(poll, view, func() { l.cut = append(l.cut, name) })
}

func viewOf(size int) *baseEncoding { return &baseEncoding{size: size} }

// A view counts once however many answers have it, and not at all afterwards; beyond the limit
// the oldest view of the poll with the most gives way, with all who are being sent it.
func TestLoans(t *testing.T) {
	l := &lender{loans: newLoans(100)}
	shared := viewOf(30)
	first, second := l.lend("A1", "A", shared), l.lend("A1 again", "A", shared)
	l.lend("B1", "B", viewOf(20))
	l.lend("A2", "A", viewOf(30))
	l.lend("B2", "B", viewOf(20))
	if l.bytes != 100 || l.cut != nil {
		t.Fatalf("%d bytes, cut %q", l.bytes, l.cut)
	}
	first()
	if l.bytes != 100 {
		t.Errorf("%d bytes while one of two is sent the view", l.bytes)
	}
	l.lend("A1 third", "A", shared)
	l.lend("C1", "C", viewOf(10))
	second() // which was cut already
	if diff := cmp.Diff(map[string]bool{"A1 again": true, "A1 third": true}, setOf(l.cut)); diff != "" || l.bytes != 80 {
		t.Errorf("%d bytes, cut: %s", l.bytes, diff)
	}
	l.lend("B3", "B", viewOf(30))() // B has more than A
	if diff := cmp.Diff(map[string]bool{"A1 again": true, "A1 third": true, "B1": true}, setOf(l.cut)); diff != "" || l.bytes != 60 {
		t.Errorf("%d bytes, cut: %s", l.bytes, diff)
	}
}

func setOf(names []string) map[string]bool {
	set := map[string]bool{}
	for _, name := range names {
		set[name] = true
	}
	return set
}

// A view that is bigger than the limit is sent all the same, alone.
func TestALoanBeyondTheLimit(t *testing.T) {
	l := &lender{loans: newLoans(100)}
	done := l.lend("A1", "A", viewOf(500))
	l.lend("B1", "B", viewOf(10))
	if diff := cmp.Diff([]string{"A1"}, l.cut); diff != "" || l.bytes != 10 {
		t.Errorf("%d bytes, cut: %s", l.bytes, diff)
	}
	done()
	l.lend("C1", "C", viewOf(500))()
	if len(l.lent) != 0 || l.bytes != 0 {
		t.Errorf("%d views and %d bytes are lent", len(l.lent), l.bytes)
	}
}
