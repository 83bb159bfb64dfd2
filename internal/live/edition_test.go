package live_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
)

// What is made of a view for those who are sent it is made once a version, however
// many come or ask, whether somebody follows the poll or nobody does.
func TestFormsAreMadeOnceAVersion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		made := 0
		look := func() {
			t.Helper()
			for range 3 {
				h.read(func(v live.View) {
					v.Edition().Form.Of(func() any { made++; return nil })
					v.BaseEdition().Form.Of(func() any { made++; return nil })
				})
			}
		}
		want := func(n int) {
			t.Helper()
			if made != n {
				t.Errorf("%d forms were made, want %d", made, n)
			}
			made = 0
		}
		look()
		want(2)
		look()
		want(0)
		h.people(3) // who follow from here on
		pass(time.Second)
		look()
		want(2)
		look()
		want(0)
		h.do(h.admin, nominate("Salad"))
		pass(time.Second)
		look()
		want(2)
	})
}

// However many clients of the base contract come in while the poll changes, no more views are
// made for them than are published; each is in its own, and sees its own ballot.
func TestBaseViewsAreNotMadeForEachNewcomer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		h.admin.connect()
		options := h.vote()
		pass(time.Second)
		const people = 50
		views := map[*live.BaseEdition]bool{}
		for i := range people { // all in one moment
			c := h.baseClient(poll.UserID(fmt.Sprint("base", i))).connect()
			h.do(c, poll.Cast{Ranking: options[:1]})
			for _, tab := range []*client{c, c.tab().connect()} {
				if tab.look().base.Participants[c.id] == "" {
					t.Errorf("%s is not in their own view", c.id)
				}
			}
			if ballot := c.tab().connect().look().base.Rankings[c.id]; len(ballot) != 1 {
				t.Errorf("%s is shown the own ballot %v", c.id, ballot)
			}
			h.read(func(v live.View) { views[v.BaseEdition()] = true })
		}
		if n := len(views); n > 3 {
			t.Errorf("%d views for %d people", n, people)
		}
		last := h.baseClient("base0").connect()
		pass(time.Second)
		if n := len(last.look().base.Participants); n != people+1 {
			t.Errorf("the last view has %d participants", n)
		}
	})
}
