package poll_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/poll"
)

// ownView is the view of all with what one person's has beyond it.
func ownView(t *testing.T, all *poll.Base, own poll.BaseOwn) string {
	t.Helper()
	encoded, places, err := all.Encode()
	if err != nil {
		t.Fatal(err)
	}
	insertions, err := places.Own(own)
	if err != nil {
		t.Fatal(err)
	}
	data := string(encoded)
	for _, i := range insertions {
		data = data[:i.At] + i.Text + data[i.At:]
	}
	return data
}

// What is encoded once for all, with a little more for one, is what that one's own view is,
// whoever they are and whenever.
func TestTheViewOfAllWithOnesOwnIsOnesView(t *testing.T) {
	for name, hidden := range map[string]bool{"open": false, "hidden": true} {
		t.Run(name, func(t *testing.T) {
			tb := open(t, func(c *poll.Create) { c.Settings.ShowTurnout = !hidden })
			check := func(when string) {
				t.Helper()
				for _, id := range []poll.UserID{"", anna, ben, carla, "<&>", "nobody"} {
					var got, want any
					data := ownView(t, tb.Base(""), tb.BaseOwn(id))
					if err := json.Unmarshal([]byte(data), &got); err != nil {
						t.Fatalf("%s: %q: %v in %s", when, id, err, data)
					}
					_ = json.Unmarshal([]byte(toJSON(t, tb.Base(id))), &want)
					if diff := cmp.Diff(want, got); diff != "" {
						t.Errorf("%s: %q:\n%s", when, id, diff)
					}
				}
			}
			check("the admin alone")
			tb.join(ben, carla, "<&>")
			tb.nominate(ben, pizza, sushi, tacos, "<&>")
			check("in the lobby")
			tb.do(anna, poll.StartVote{Seed: seed})
			check("at the start")
			tb.vote("<&>", "<&>", pizza)
			tb.vote(ben, sushi, pizza)
			check("with ballots")
			tb.vote(anna)
			check("with an empty one")
			tb.do(anna, poll.Close{})
			check("closed")
		})
	}
}

// The order of the members is the contract's, as that of the struct is.
func TestBaseIsEncodedInOrder(t *testing.T) {
	tb := openVoting(t)
	tb.vote(ben, pizza)
	data, _, err := tb.Base("").Encode()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(toJSON(t, tb.Base("")), string(data)); diff != "" {
		t.Error(diff)
	}
}

// A view that JSON cannot say is an error.
func TestBaseOfNoTime(t *testing.T) {
	b := open(t).Base("")
	b.ExpiresAt = time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)
	if data, _, err := b.Encode(); err == nil {
		t.Errorf("%s", data)
	}
}

// A view of a moment ago gets what one person has done since: they are in it, with their ballot.
func TestAnOlderViewGetsWhatIsNewOfOne(t *testing.T) {
	tb := open(t)
	nobody := *tb.BaseEnd()
	tb.nominate(anna, pizza, sushi)
	tb.do(anna, poll.StartVote{Seed: seed})
	older := tb.Base("")
	tb.join(ben)
	tb.vote(ben, sushi)
	for name, all := range map[string]*poll.Base{"nobody": &nobody, "one": older} {
		var got poll.Base
		if err := json.Unmarshal([]byte(ownView(t, all, tb.BaseOwn(ben))), &got); err != nil {
			t.Fatal(err)
		}
		if got.Participants[ben] != "BEN" || fmt.Sprint(got.Rankings) != "map[ben:[sushi]]" || len(got.Participants) != len(all.Participants)+1 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
