package live_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/caucus-live/caucus/internal/ledger/memory"
	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
)

// A bus carries messages between the servers of a test. Servers can be cut off from it.
type bus struct {
	mu        sync.Mutex // guards the fields below
	receivers map[*receiver]bool
	cut       map[string]bool
}

type receiver struct {
	server, poll string
	queue        chan parcel
}

type parcel struct {
	from string
	data []byte
}

// A seat is a server's end of a bus.
type seat struct {
	*bus
	server string
}

func newBus() *bus { return &bus{receivers: make(map[*receiver]bool), cut: make(map[string]bool)} }

func (s seat) Send(pollID string, data []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for r := range s.receivers {
		if r.poll == pollID && r.server != s.server && !s.cut[s.server] && !s.cut[r.server] {
			r.queue <- parcel{s.server, data}
		}
	}
}

func (s seat) Receive(pollID string, f func(server string, data []byte)) (stop func(), err error) {
	r := &receiver{s.server, pollID, make(chan parcel, 1000)}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.receivers[r] = true
	go func() { // ends with stop
		for p := range r.queue {
			f(p.from, p.data)
		}
	}()
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.receivers, r)
		close(r.queue)
	}, nil
}

// isolate cuts a server off, or joins it again.
func (b *bus) isolate(server string, cut bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.cut[server] = cut
}

// openCluster makes houses that share a poll, each with a handle of its own on the ledger.
func openCluster(t *testing.T, servers int, opts live.Options, change ...func(*poll.Draft)) (*bus, []*house) {
	t.Helper()
	b, store := newBus(), new(memory.Ledger)
	var houses []*house
	for i := range servers {
		opts.Cluster = seat{b, fmt.Sprint("server", i)}
		l := &flakyLedger{Ledger: store.Another()}
		if i == 0 {
			houses = append(houses, openOn(t, l, &opts, change...))
			continue
		}
		h := reopen(t, l, &opts)
		h.created = houses[0].created
		h.admin = h.client(h.created.Admin)
		houses = append(houses, h)
	}
	return b, houses
}

// What one server accepts, the others show within a moment.
func TestClusterFollows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, houses := openCluster(t, 3, live.Options{})
		for i, h := range houses {
			h.client(poll.UserID(fmt.Sprintf("person%d", i))).connect()
		}
		houses[0].admin.connect()
		soup := houses[0].do(houses[0].admin, nominate("Soup"))
		pass(time.Second)
		for i, h := range houses {
			h.settled()
			h.read(func(v live.View) {
				if v.State().Version() != soup.Version || v.OnlineCount() != 4 || !v.Online("person2") {
					t.Errorf("server %d is at %d of %d, with %d people", i, v.State().Version(), soup.Version, v.OnlineCount())
				}
			})
		}
		if houses[1].Stats().Overtaken > 0 {
			t.Error("a server that follows was surprised")
		}
	})
}

// Of two conflicting commands the log lets one win, and both servers know which.
func TestClusterAgreesOnTheWinner(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, houses := openCluster(t, 2, live.Options{})
		ada, bob := houses[0].admin.connect(), houses[1].client("bob").connect()
		pass(time.Second)
		release := make(chan struct{})
		for _, h := range houses {
			h.ledger.onAppend(holdUp(release))
		}
		first, second := houses[0].start(ada, "", nominate("Soup")), houses[1].start(bob, "", nominate("soup"))
		synctest.Wait()
		close(release)
		a, b := <-first, <-second
		if (a.err == nil) == (b.err == nil) {
			t.Fatalf("answers %+v and %+v", a, b)
		}
		pass(time.Second)
		if diff := cmp.Diff(snapshot(houses[0]), snapshot(houses[1])); diff != "" {
			t.Errorf("the servers differ:\n%s", diff)
		}
	})
}

// A refusal that another server's entry has made untrue is not given.
func TestClusterLetsTheLogRefuse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, houses := openCluster(t, 2, live.Options{})
		houses[0].admin.connect()
		bob := houses[1].client("bob").connect()
		options := houses[0].vote()
		// The other server has not heard of the vote yet, or has: it makes no difference.
		if a := <-houses[1].start(bob, "", poll.Cast{Ranking: options}); a.err != nil {
			t.Errorf("the ballot after the start: %v", a.err)
		}
		houses[0].do(houses[0].admin, poll.Close{})
		houses[1].refused(bob, poll.Cast{Ranking: options}, poll.WrongPhase)
	})
}

// A command that is sent again to another server is applied once.
func TestClusterRepeatedCommand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, houses := openCluster(t, 2, live.Options{})
		houses[0].admin.connect()
		houses[1].admin.connect()
		first := <-houses[0].start(houses[0].admin, "soup", nominate("Soup"))
		again := <-houses[1].start(houses[1].admin, "soup", nominate("Soup"))
		if first.err != nil || again != first {
			t.Errorf("answers %+v and %+v", first, again)
		}
		houses[1].read(func(v live.View) {
			if n := len(v.State().Document().Nominations); n != 1 {
				t.Errorf("%d nominations", n)
			}
		})
	})
}

// A person who moves to another server keeps their place in the lobby; one who stays
// away from all of them loses it, whichever server they were at, dead ones included.
func TestClusterGrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, houses := openCluster(t, 3, live.Options{Grace: 30 * time.Second})
		houses[0].admin.connect()
		mover, leaver, orphan := houses[1].client("mover").connect(), houses[1].client("leaver").connect(), houses[2].client("orphan").connect()
		pass(10 * time.Second)
		mover.close()
		leaver.close()
		houses[0].client("mover").connect()
		b.isolate("server2", true)
		houses[2].ledger.failReads(errDisk)
		houses[2].ledger.onAppend(func(context.Context, int, func() error) error { return errDisk })
		pass(29 * time.Second)
		if !houses[0].participates(mover) || !houses[1].participates(leaver) {
			t.Error("a place was lost too soon")
		}
		pass(time.Minute)
		for i, h := range houses[:2] {
			if !h.participates(mover) || h.participates(leaver) || h.participates(orphan) {
				t.Errorf("server %d: mover %v, leaver %v, orphan %v", i, h.participates(mover), h.participates(leaver), h.participates(orphan))
			}
		}
	})
}

// Messages that are lost are noticed, and servers that are silent are forgotten.
func TestClusterPresenceIsMended(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, houses := openCluster(t, 2, live.Options{Grace: time.Hour})
		ada := houses[0].admin.connect()
		online := func() (counts [2]int) {
			for i, h := range houses {
				h.read(func(v live.View) { counts[i] = v.OnlineCount() })
			}
			return counts
		}
		want := func(what string, counts [2]int) {
			t.Helper()
			if got := online(); got != counts {
				t.Errorf("%s: %v online, want %v", what, got, counts)
			}
		}
		bob := houses[1].client("bob").connect()
		pass(time.Second)
		want("both", [2]int{2, 2})
		b.isolate("server1", true)
		bob.close()
		houses[1].client("eve").connect()
		houses[1].client("joe").connect()
		pass(time.Second)
		want("cut", [2]int{2, 3})
		b.isolate("server1", false)
		pass(10 * time.Second)
		want("joined again", [2]int{3, 3})
		b.isolate("server1", true)
		pass(20 * time.Second)
		want("silent", [2]int{1, 2})
		b.isolate("server1", false)
		pass(10 * time.Second)
		twice := houses[1].client(ada.id).connect()
		pass(time.Second)
		want("one person at both", [2]int{3, 3})
		twice.close()
		pass(time.Second)
		want("at one", [2]int{3, 3})
		houses[0].settled()
		houses[1].settled()
	})
}

// The end of a vote comes once, though every server has its timer; removal and
// cancellation reach the people of all.
func TestClusterTimersAndEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, houses := openCluster(t, 3, live.Options{PollTTL: time.Hour})
		houses[0].admin.connect()
		bob, eve := houses[1].client("bob").connect(), houses[2].client("eve").connect()
		houses[0].vote()
		pass(time.Second)
		houses[0].do(houses[0].admin, poll.RemoveParticipant{ID: bob.id})
		pass(time.Second)
		if bob.look().ended == "" {
			t.Error("a person who was removed stays connected to another server")
		}
		pass(55 * time.Minute)
		for i, h := range houses {
			if h.phase() != poll.Closed {
				t.Errorf("server %d: %s", i, h.phase())
			}
		}
		if diff := cmp.Diff(snapshot(houses[0]), snapshot(houses[2])); diff != "" {
			t.Errorf("the servers differ:\n%s", diff)
		}
		houses[0].do(houses[0].admin, poll.Cancel{})
		pass(time.Second)
		if eve.look().ended == "" {
			t.Error("a cancelled poll goes on for the people of another server")
		}
	})
}

// Other servers' people do not keep a poll in memory.
func TestClusterRoomsGoOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, houses := openCluster(t, 2, live.Options{Grace: time.Second})
		houses[0].admin.connect()
		houses[1].read(func(live.View) {})
		for range 10 {
			pass(20 * time.Second)
			houses[0].do(houses[0].admin, nominate(fmt.Sprint(time.Now())))
		}
		if n := houses[1].Stats().Rooms; n != 0 {
			t.Errorf("%d rooms in memory", n)
		}
	})
}

// Whatever happens at whichever server, all have the state of the log eventually.
func TestFollowersOfAClusterAgree(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		steps := steps.Draw(rt, "steps")
		synctest.Test(t, func(t *testing.T) {
			_, houses := openCluster(t, 2, live.Options{Grace: 700 * time.Millisecond, SnapshotEvery: 7})
			c := &cast{t: t, houses: houses, people: []poll.UserID{houses[0].created.Admin, "bob", "eve", "joe", "sue"}}
			for _, s := range steps {
				c.take(s)
			}
			pass(20 * time.Second)
			replayed := houses[0].again(&live.Options{Grace: time.Hour})
			for i, h := range houses {
				if diff := cmp.Diff(snapshot(replayed), snapshot(h)); diff != "" {
					t.Errorf("the poll of server %d is not that of its log:\n%s", i, diff)
				}
				h.settled()
			}
		})
	})
}
