package live

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/internal/ledger/memory"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
)

type nobody struct{ patches int }

func (n *nobody) Patch(string, wire.PollPatch)                         { n.patches++ }
func (*nobody) Base(string, *BaseEdition)                              {}
func (*nobody) Me(string, poll.UserID, *poll.Me)                       {}
func (*nobody) BaseMe(string, poll.UserID, *BaseEdition, poll.BaseOwn) {}
func (*nobody) Outgrown(string, *poll.Error)                           {}
func (*nobody) Admitted(View, poll.UserID)                             {}
func (*nobody) Flushed(f func())                                       { f() }
func (*nobody) Lost(string)                                            {}
func (*nobody) Ended(string, poll.UserID, wire.EndReason)              {}

// While people change their votes there is nothing to make: the document stays the one that it
// was, and the room wakes when it is time for the version.
func TestVersionsAloneCostNoDocument(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		audience := new(nobody)
		r, err := New(new(memory.Ledger), audience, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := r.Shutdown(t.Context()); err != nil {
				t.Error(err)
			}
		}()
		created, err := r.Create(t.Context(), poll.Draft{Topic: "Lunch", VotesPerVoter: 3, Name: "Ada"}, "")
		if err != nil {
			t.Fatal(err)
		}
		nominate(t, r, created, 0, 3)
		do := func(cmd poll.Command) {
			t.Helper()
			if _, err := r.Do(t.Context(), created.PollID, "person0", "", cmd); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := r.Do(t.Context(), created.PollID, created.Admin, "", poll.StartVote{}); err != nil {
			t.Fatal(err)
		}
		do(poll.Cast{Ranking: []poll.NominationID{}})
		<-time.After(5 * time.Second) // the patch of that is out, and the pace at rest
		synctest.Wait()

		var document *poll.Document
		for i := range 3 {
			patches := audience.patches
			do(poll.Cast{Ranking: []poll.NominationID{}})
			err := r.Read(t.Context(), created.PollID, func(v View) {
				if i > 0 && v.rm.show.edition.Document != document {
					t.Error("a document was made")
				}
				document = v.rm.show.edition.Document
				now := time.Now()
				if wait := v.rm.nextAlarm(now).Sub(now); wait != versionPause {
					t.Errorf("the room wakes in %v", wait)
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			<-time.After(2 * versionPause)
			synctest.Wait()
			if audience.patches != patches+1 {
				t.Errorf("%d patches for a version", audience.patches-patches)
			}
		}
	})
}

// BenchmarkPatch makes the patch after somebody has come or gone. It looks inside
// because from outside a room never publishes as often as it can.
func BenchmarkPatch(b *testing.B) {
	for _, nominations := range []int{10, 200} {
		b.Run(fmt.Sprintf("nominations=%d", nominations), func(b *testing.B) {
			audience := new(nobody)
			r, err := New(new(memory.Ledger), audience, nil)
			if err != nil {
				b.Fatal(err)
			}
			created, err := r.Create(b.Context(), poll.Draft{Topic: "Lunch", VotesPerVoter: 3, Name: "Ada", NominationsPerVoter: 100}, "")
			if err != nil {
				b.Fatal(err)
			}
			for i := range (nominations + 99) / 100 {
				nominate(b, r, created, i, min(nominations, 100))
			}
			err = r.Read(b.Context(), created.PollID, func(v View) {
				rm := v.rm
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					rm.presence.enter(poll.UserID(fmt.Sprint(i)), true)
					rm.publishPatch(time.Now())
				}
				rm.presence = presence{}
			})
			if err != nil || audience.patches < b.N {
				b.Errorf("%d patches, %v", audience.patches, err)
			}
			if err := r.Shutdown(b.Context()); err != nil {
				b.Error(err)
			}
		})
	}
}

// nominate has one person connect and nominate n options.
func nominate(tb testing.TB, r *Registry, created Created, person, n int) {
	tb.Helper()
	who := Member{ID: poll.UserID(fmt.Sprintf("person%d", person)), Name: created.Name, Patches: true}
	if _, err := r.Connect(tb.Context(), created.PollID, who, func(View) {}); err != nil {
		tb.Fatal(err)
	}
	for i := range n {
		text := fmt.Sprintf("An option of usual length, number %d of %d", i, person)
		if _, err := r.Do(tb.Context(), created.PollID, who.ID, "", poll.Nominate{Text: poll.Text{Text: text, Key: text}}); err != nil {
			tb.Fatal(err)
		}
	}
}
