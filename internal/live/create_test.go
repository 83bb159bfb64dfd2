package live_test

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
)

const once = "a secret that nobody guesses"

// What is asked for again finds the poll of the first time, whatever has become of it.
func TestCreateOnce(t *testing.T) {
	for name, happens := range map[string]func(h *house){
		"at once":             func(*house) {},
		"out of memory":       func(*house) { pass(12 * time.Hour) },
		"voting is open":      func(h *house) { h.admin.connect(); h.vote() },
		"extended":            func(h *house) { h.do(h.admin, poll.Extend{Expires: h.created.Expires.Add(time.Hour)}) },
		"in other hands":      func(h *house) { handOver(h) },
		"its creator removed": func(h *house) { h.do(handOver(h), poll.RemoveParticipant{ID: h.created.Admin}) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := open(t, nil)
				h.create(once)
				happens(h)
				var expires time.Time
				h.read(func(v live.View) { expires = v.State().Expires() })
				for where, server := range map[string]*house{"here": h, "on another server": h.again(nil)} {
					again, err := server.Create(t.Context(), draft(), once)
					want := live.Created{PollID: h.created.PollID, Admin: h.created.Admin, Name: h.created.Name, Expires: expires}
					if err != nil || again != want {
						t.Errorf("%s: %+v, %v; want %+v", where, again, err, want)
					}
				}
			})
		})
	}
}

// create has the house's poll be one that is made under a secret.
func (h *house) create(once string) {
	h.t.Helper()
	created, err := h.Create(h.t.Context(), draft(), once)
	if err != nil {
		h.t.Fatal(err)
	}
	h.created, h.admin = created, h.client(created.Admin)
}

// handOver makes somebody else the admin.
func handOver(h *house) (admin *client) {
	h.admin.connect()
	bob := h.client("bob")
	bob.connect()
	h.do(h.admin, poll.MakeAdmin{ID: bob.id})
	return bob
}

func TestCreateOnceMakesAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, &live.Options{PollTTL: time.Hour})
		seen := map[string]bool{h.created.PollID: true}
		for name, secret := range map[string]string{"a secret": once, "another": once + "!", "none": "", "none again": ""} {
			if h.create(secret); seen[h.created.PollID] {
				t.Errorf("%s: %+v is another's", name, h.created)
			}
			seen[h.created.PollID] = true
		}
		h.create(once)
		ended := h.created
		pass(2 * time.Hour)
		if h.create(once); !h.created.Expires.After(ended.Expires) {
			t.Errorf("%+v has ended", h.created)
		}
	})
}

func TestCreateOnceUnderATakenCode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		var first string
		h.ledger.onCreate(func(id string) error {
			if first == "" {
				first = id
			}
			if id == first {
				return ledger.ErrExists // of somebody else
			}
			return nil
		})
		h.create(once)
		made := h.created
		if h.create(once); made.PollID == first || h.created != made {
			t.Errorf("%s is taken: %+v, then %+v", first, made, h.created)
		}
	})
}

// Requests that overlap, as when a client gives up waiting, make one poll.
func TestCreateOnceAtTheSameTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		servers := []*house{h, h.again(nil)}
		made := make([]live.Created, 8)
		var creating sync.WaitGroup
		for i := range made {
			creating.Go(func() {
				var err error
				if made[i], err = servers[i%2].Create(t.Context(), draft(), once); err != nil {
					t.Error(err)
				}
			})
		}
		creating.Wait()
		for _, m := range made {
			if m != made[0] {
				t.Errorf("%+v and %+v", made[0], m)
			}
		}
	})
}
