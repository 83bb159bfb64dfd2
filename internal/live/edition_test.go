package live_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/internal/live"
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
