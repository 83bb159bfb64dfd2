// Package audittest plays polls for tests: the same ones every time, as a server would.
package audittest

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/tally"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// Expires is when every poll does.
var Expires = noon.Add(24 * time.Hour)

// A Play is a poll that is played: what it has become, and its log.
type Play struct {
	State *poll.State
	Log   [][]byte

	tb  testing.TB
	rng *rand.Rand
}

// Open plays a poll of five options until the given number of people have voted. With STV it has two
// seats, else one.
func Open(tb testing.TB, id string, method tally.Method, voters int) *Play {
	tb.Helper()
	draft := poll.Draft{VotesPerVoter: 3, Method: string(method)}
	if method == tally.STV {
		draft.Seats = 2
	}
	return OpenDraft(tb, id, draft, voters)
}

// OpenDraft plays a poll like Open, with settings of the test's choice; they must let people rank from none to
// three of the options.
func OpenDraft(tb testing.TB, id string, draft poll.Draft, voters int) *Play {
	tb.Helper()
	p := &Play{State: poll.New(), tb: tb, rng: rand.New(rand.NewPCG(1, uint64(voters)))}
	draft.Topic, draft.Name = "Lunch?", "Anna"
	plan, err := draft.Parse(noon, Expires)
	if err != nil {
		tb.Fatal(err)
	}
	admin := poll.UserID(p.text(20))
	p.Do(admin, poll.Create{PollID: id, Admin: admin, Settings: plan.Settings, Limits: poll.Limits{}.WithDefaults(), Expires: Expires, Rules: poll.Rules})
	p.Do(admin, poll.Join{Name: plan.Name})
	var options []poll.NominationID
	for _, raw := range []string{"Tacos", "Ramen", "Dosa", "Pho", "Soup"} {
		text, err := poll.ParseText("text", raw, poll.MaxNomination)
		if err != nil {
			tb.Fatal(err)
		}
		options = append(options, poll.NominationID(p.text(8)))
		p.Do(admin, poll.Nominate{ID: options[len(options)-1], Text: text})
	}
	p.Do(admin, poll.StartVote{Seed: []byte(p.text(32))})
	for range voters {
		voter := poll.UserID(p.text(20))
		p.Do(voter, poll.Join{Name: plan.Name})
		p.rng.Shuffle(len(options), func(i, j int) { options[i], options[j] = options[j], options[i] })
		p.Do(voter, poll.Cast{Ranking: options[:p.rng.IntN(4)], Receipt: p.text(26)})
	}
	return p
}

// Close plays a poll to its end.
func Close(tb testing.TB, id string, method tally.Method, voters int) *Play {
	tb.Helper()
	p := Open(tb, id, method, voters)
	p.Do(p.State.Admin(), poll.Close{})
	return p
}

// Export returns the export of a poll that was played to its end.
func Export(tb testing.TB, method tally.Method, voters int) *poll.Export {
	tb.Helper()
	e, err := Close(tb, "ABC234", method, voters).State.Export()
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

// Do plays a command, which must be accepted.
func (p *Play) Do(by poll.UserID, cmd poll.Command) {
	p.tb.Helper()
	n := uint64(len(p.Log) + 1)
	e := poll.Entry{At: noon.Add(time.Duration(n) * time.Millisecond), By: by, Command: cmd}
	data, err := poll.MarshalEntry(e)
	if err != nil {
		p.tb.Fatal(err)
	}
	if _, err := p.State.Apply(n, e); err != nil {
		p.tb.Fatal(err)
	}
	p.Log = append(p.Log, data)
}

// text draws a text of 5 bits a character, as ids and receipts are.
func (p *Play) text(n int) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	text := make([]byte, n)
	for i := range text {
		text[i] = alphabet[p.rng.IntN(len(alphabet))]
	}
	return string(text)
}
