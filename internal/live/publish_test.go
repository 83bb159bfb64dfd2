package live_test

import (
	"bytes"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
)

func TestPatchesAreGathered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		bob := h.people(2)[1]
		h.settled()
		h.audience.count("Patch")

		start := time.Now()
		for range 10 { // one every 10 ms
			h.do(bob, nominate(time.Since(start).String()))
			pass(10 * time.Millisecond)
		}
		pass(time.Second)
		if n := h.audience.count("Patch"); n != 3 { // at once, after 50 ms, after 100 ms
			t.Errorf("%d patches", n)
		}
		h.settled()
		last := bob.look().patched
		if p := last[len(last)-1]; p.To != h.version() {
			t.Errorf("the last patch leads to %d of %d", p.To, h.version())
		}
	})
}

func TestPresenceIsAPatchFromAVersionToItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		people := h.people(2)
		h.settled()
		tab := people[1].tab().connect() // another tab is nothing new
		h.settled()
		h.audience.count("Patch")
		tab.close()
		h.settled()
		if n := h.audience.count("Patch"); n != 0 {
			t.Errorf("%d patches for another tab", n)
		}
		people[1].close()
		pass(time.Second)
		patches := h.admin.look().patched
		if p := patches[len(patches)-1]; p.From != p.To || string(p.Patch) != `{"onlineCount":1}` {
			t.Errorf("patch %d to %d: %s", p.From, p.To, p.Patch)
		}
	})
}

// An entry that nobody may see has no version of its own, and no patch.
func TestVersionOfWhatIsNotShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil, func(d *poll.Draft) { d.ShowTurnout = new(false) })
		bob := h.people(2)[1]
		options := h.vote()
		h.settled()
		before := h.admin.look().patched
		outcome := h.do(bob, poll.Cast{Ranking: options})
		pass(time.Second)
		patches := h.admin.look().patched
		if len(patches) != len(before) || patches[len(patches)-1].To != outcome.Version {
			t.Errorf("%d patches for a ballot of version %d", len(patches)-len(before), outcome.Version)
		}
		if me := bob.look().me; !me.Voted {
			t.Error("the voter was not told")
		}
	})
}

// Votes that are changed are nobody else's news: their versions are told every ten seconds, and
// when it has been quiet for one. What is news is told at once all the same.
func TestVersionsAloneAreToldRarely(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		bob := h.people(2)[1]
		options := h.vote()
		h.do(bob, poll.Cast{Ranking: options})
		h.settled()
		h.audience.count("Patch")
		start := time.Now()
		for i := 0; time.Since(start) < 35*time.Second; i++ {
			h.do(bob, poll.Cast{Ranking: options[i%3:]})
			pass(100 * time.Millisecond)
		}
		if n := h.audience.count("Patch"); n != 3 {
			t.Errorf("%d patches in 35 seconds", n)
		}
		pass(800 * time.Millisecond) // and the 100 ms after the last
		if n := h.audience.count("Patch"); n != 0 {
			t.Errorf("%d patches before it has been quiet for a second", n)
		}
		pass(200 * time.Millisecond)
		if n := h.audience.count("Patch"); n != 1 {
			t.Errorf("%d patches after a second", n)
		}
		h.do(h.admin, poll.Cast{Ranking: options})
		pass(60 * time.Millisecond)
		if n := h.audience.count("Patch"); n != 1 {
			t.Errorf("%d patches when somebody voted for the first time", n)
		}
		h.settled()
	})
}

// A client that waits for the version of its command hears it at once, even if the command has
// changed nothing.
func TestVersionOfACommandWithoutEffectIsToldAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		h.people(2)
		h.settled()
		h.audience.count("Patch")
		outcome := h.do(h.admin, poll.LockRoom{Locked: false})
		pass(60 * time.Millisecond)
		patches := h.admin.look().patched
		if n := h.audience.count("Patch"); n != 1 || patches[len(patches)-1].To != outcome.Version {
			t.Errorf("%d patches, the last to %d of %d", n, patches[len(patches)-1].To, outcome.Version)
		}
		h.settled()
	})
}

// comeAndGo has one person after another leave and come back for a while, one every 10 ms.
func (h *house) comeAndGo(people []*client, while time.Duration) {
	start := time.Now()
	for i := 0; time.Since(start) < while; i++ {
		h.do(people[i%len(people)], poll.Leave{})
		people[i%len(people)].connect()
		pass(10 * time.Millisecond)
	}
}

func TestBigRoomsArePublishedToLessOften(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, &live.Options{DeliveryCost: 2 * time.Millisecond})
		people := h.people(50)
		h.settled()
		h.audience.count("Patch")
		h.comeAndGo(people, 4*time.Second)
		// 50 deliveries of 2 ms are a quarter of a core every 400 ms.
		if n := h.audience.count("Patch"); n < 10 || n > 11 {
			t.Errorf("%d patches in 4 seconds", n)
		}
		h.settled()
	})
}

func TestSlowPublisherIsCalledLessOften(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		bob, base := h.people(2)[1], h.baseClient("base").connect()
		h.settled()
		h.audience.slowDown(func(method string) {
			if method == "Patch" || method == "Base" {
				pass(100 * time.Millisecond)
			}
		})
		h.audience.count("Patch")
		h.audience.count("Base")
		start := time.Now()
		for time.Since(start) < 4*time.Second {
			h.do(bob, poll.Leave{})
			bob.connect()
			pass(10 * time.Millisecond)
		}
		for _, method := range []string{"Patch", "Base"} {
			// Ten, but for patches at moments in which bob is back and nothing has changed.
			if n := h.audience.count(method); n < 5 || n > 11 {
				t.Errorf("%s was called %d times in 4 seconds", method, n)
			}
		}
		h.audience.slowDown(nil)
		h.settled()
		if n := len(base.look().base.Participants); n != 3 {
			t.Errorf("the base client was last shown %d participants", n)
		}
	})
}

// Where it takes long until everything is written, a big room is published to as much less often.
func TestPatchesKeepToThePaceOfTheMachine(t *testing.T) {
	for name, tt := range map[string]struct {
		writing time.Duration // of a patch
		want    int           // patches in 20 seconds, give or take one
	}{
		"idle":            {0, 50}, // 50 deliveries of 2 ms are a quarter of a core every 400 ms
		"as estimated":    {100 * time.Millisecond, 50},
		"busy":            {250 * time.Millisecond, 20},
		"at the bound":    {4 * time.Second, 4},
		"at a standstill": {time.Minute, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := open(t, &live.Options{DeliveryCost: 2 * time.Millisecond})
				people := h.people(50)
				h.settled()
				pass(time.Second)
				h.audience.flushAfter(tt.writing)
				h.audience.count("Patch")
				h.comeAndGo(people, 20*time.Second)
				if n := h.audience.count("Patch"); n < tt.want-1 || n > tt.want+1 {
					t.Errorf("%d patches in 20 seconds, want %d", n, tt.want)
				}
				h.audience.flushAfter(0)
				pass(time.Minute)
				h.settled()
			})
		})
	}
}

func TestNothingIsPublishedToNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		base := h.baseClient(h.created.Admin).connect()
		h.vote()
		pass(time.Second)
		if n := h.audience.count("Patch"); n != 0 {
			t.Errorf("%d patches while nobody follows", n)
		}
		if n := h.audience.count("Base"); n == 0 {
			t.Error("the base client was sent nothing")
		}
		for range 2 {
			h.admin.connect() // is welcomed with what happened meanwhile
			if v := h.admin.look().version; v != h.version() {
				t.Errorf("welcomed with version %d of %d", v, h.version())
			}
			h.admin.close()
			pass(time.Second)
			h.do(h.admin, poll.MakeAdmin{ID: h.admin.id})
		}
		base.close()
		h.admin.connect()
		synctest.Wait()
		h.audience.count("Base")
		h.do(h.admin, poll.Close{})
		h.settled()
		if n := h.audience.count("Base"); n != 0 {
			t.Errorf("%d base views while nobody wants them", n)
		}
	})
}

func TestBaseViewsAreGathered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		base := h.baseClient("base").connect()
		bob := h.people(2)[1]
		pass(time.Second)
		before := base.look().based
		start := time.Now()
		for range 10 { // one every 40 ms
			h.do(bob, nominate(time.Since(start).String()))
			pass(40 * time.Millisecond)
		}
		pass(time.Second)
		if n := base.look().based - before; n != 3 { // at once, after 200 ms, after 400 ms
			t.Errorf("%d views", n)
		}
		if n := len(base.look().base.Nominations); n != 10 {
			t.Errorf("the last one has %d nominations", n)
		}
	})
}

func TestOwnBallot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		h.admin.connect()
		bob, base, other := h.client("bob").connect(), h.baseClient("bob").connect(), h.baseClient("eve").connect()
		options := h.vote()
		pass(time.Second)
		outcome := h.do(bob, poll.Cast{Ranking: options[:2]})
		pass(time.Second)

		me := bob.look().me
		want := &poll.Me{UserID: "bob", Name: "Name of bob", Role: poll.Participant, Ballot: options[:2], Voted: true, Receipt: outcome.Receipt}
		if diff := cmp.Diff(want, me); diff != "" {
			t.Errorf("me: %s", diff)
		}
		if diff := cmp.Diff(options[:2], base.look().base.Rankings["bob"]); diff != "" {
			t.Errorf("the base client's own ballot: %s", diff)
		}
		if ranking, ok := other.look().base.Rankings["bob"]; !ok || len(ranking) != 0 {
			t.Errorf("another is shown that bob voted %v: %t", ranking, ok)
		}
		if bytes.Contains(h.admin.look().doc, []byte(outcome.Receipt)) {
			t.Error("a receipt is in the document")
		}
		if diff := cmp.Diff(options[:2], h.baseClient("bob").connect().look().base.Rankings["bob"]); diff != "" {
			t.Errorf("the own ballot on connecting: %s", diff)
		}
	})
}

func TestHandingOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		people := h.people(3)
		h.audience.count("Me")
		h.do(h.admin, poll.MakeAdmin{ID: people[1].id})
		synctest.Wait()
		if n := h.audience.count("Me"); n != 2 {
			t.Errorf("%d people were told of themselves", n)
		}
		if a, b := h.admin.look().me.Role, people[1].look().me.Role; a != poll.Participant || b != poll.Admin {
			t.Errorf("roles %s, %s", a, b)
		}
		h.settled()
		if d := people[2].document(); d.AdminID != people[1].id {
			t.Errorf("the admin is %s", d.AdminID)
		}
	})
}

// RFC 7396 cannot set null: a document that has one would reach followers without.
func TestDocumentHasNoNull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		h.admin.connect()
		check := func() {
			h.settled()
			if doc := h.admin.look().doc; bytes.Contains(doc, []byte("null")) {
				t.Errorf("null in %s", doc)
			}
		}
		check()
		options := h.vote()
		check()
		h.do(h.admin, poll.Cast{Ranking: options})
		check()
		h.do(h.admin, poll.Close{})
		check()
	})
}
