package live

import (
	"fmt"
	"testing"
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
func nominate(b *testing.B, r *Registry, created Created, person, n int) {
	b.Helper()
	who := Member{ID: poll.UserID(fmt.Sprintf("person%d", person)), Name: created.Name, Patches: true}
	if _, err := r.Connect(b.Context(), created.PollID, who, func(View) {}); err != nil {
		b.Fatal(err)
	}
	for i := range n {
		text := fmt.Sprintf("An option of usual length, number %d of %d", i, person)
		if _, err := r.Do(b.Context(), created.PollID, who.ID, "", poll.Nominate{Text: poll.Text{Text: text, Key: text}}); err != nil {
			b.Fatal(err)
		}
	}
}
