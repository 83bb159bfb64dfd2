package poll_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/tally"
)

const (
	anna  poll.UserID = "anna" // the admin of every poll here
	ben   poll.UserID = "ben"
	carla poll.UserID = "carla"
	dora  poll.UserID = "dora"
)

const (
	pizza poll.NominationID = "pizza"
	sushi poll.NominationID = "sushi"
	tacos poll.NominationID = "tacos"
)

var (
	opened = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	seed   = []byte("thirty-two bytes of a drawn seed")
)

// A table is a poll under test: its state and the log that led to it.
type table struct {
	rapid.TB
	*poll.State

	now time.Time
	log []poll.Entry
}

// creation is what opens a poll of ordinary settings.
func creation(adjust ...func(*poll.Create)) poll.Create {
	c := poll.Create{
		PollID: "ABC234",
		Admin:  anna,
		Settings: poll.Settings{
			Topic: "Lunch?", Method: tally.Score, Seats: 1, VotesPerVoter: 3, NominationsPerVoter: 10,
			AllowPartial: true, ChangeableVote: true, ShowTurnout: true,
		},
		Limits:  poll.Limits{}.WithDefaults(),
		Expires: opened.Add(24 * time.Hour),
	}
	for _, f := range adjust {
		f(&c)
	}
	return c
}

// open creates a poll that only its admin has joined.
func open(t rapid.TB, adjust ...func(*poll.Create)) *table {
	t.Helper()
	tb := &table{TB: t, State: poll.New(), now: opened}
	tb.do(anna, creation(adjust...))
	tb.join(anna)
	return tb
}

// openVoting creates a poll of three people and three options, and opens voting.
func openVoting(t rapid.TB, adjust ...func(*poll.Create)) *table {
	t.Helper()
	tb := open(t, adjust...)
	tb.join(ben, carla)
	tb.nominate(anna, pizza, sushi, tacos)
	tb.do(anna, poll.StartVote{Seed: seed})
	return tb
}

func (tb *table) entry(by poll.UserID, commandID string, cmd poll.Command) poll.Entry {
	tb.now = tb.now.Add(time.Second)
	return poll.Entry{At: tb.now, By: by, CommandID: commandID, Command: cmd}
}

func (tb *table) apply(e poll.Entry) (poll.Outcome, error) {
	tb.Helper()
	tb.log = append(tb.log, e)
	shown, before := tb.Shown(), tb.Document()
	outcome, err := tb.Apply(uint64(len(tb.log)), e)
	if tb.Shown() == shown {
		if diff := cmp.Diff(before, tb.Document(), exact); diff != "" {
			tb.Fatalf("Apply(%s: %+v) changed the document, which Shown does not say:\n%s", e.By, e.Command, diff)
		}
	}
	return outcome, err
}

// do applies a command that must be accepted.
func (tb *table) do(by poll.UserID, cmd poll.Command) poll.Outcome {
	tb.Helper()
	return tb.doAs(by, "", cmd)
}

func (tb *table) doAs(by poll.UserID, commandID string, cmd poll.Command) poll.Outcome {
	tb.Helper()
	e := tb.entry(by, commandID, cmd)
	if err := tb.Check(e); err != nil {
		tb.Fatalf("Check(%s: %+v) = %v", by, cmd, err)
	}
	outcome, err := tb.apply(e)
	if err != nil {
		tb.Fatalf("Apply(%s: %+v) = %v", by, cmd, err)
	}
	return outcome
}

// refuse applies a command that must be refused with the code, without effect.
func (tb *table) refuse(by poll.UserID, cmd poll.Command, code poll.Code) {
	tb.Helper()
	_ = tb.refusal(by, cmd, code)
}

// refusal is refuse for those who look at the error.
func (tb *table) refusal(by poll.UserID, cmd poll.Command, code poll.Code) *poll.Error {
	tb.Helper()
	e := tb.entry(by, "", cmd)
	before := tb.Document()
	checked := tb.Check(e)
	outcome, err := tb.apply(e)
	refused := refusal(tb, err)
	if refused.Code != code {
		tb.Fatalf("Apply(%s: %+v) = %q (%v), want %q", by, cmd, refused.Code, err, code)
	}
	if diff := cmp.Diff(refused, refusal(tb, checked)); diff != "" {
		tb.Fatalf("Check says otherwise than Apply:\n%s", diff)
	}
	if outcome != (poll.Outcome{}) {
		tb.Fatalf("a refused command has the outcome %+v", outcome)
	}
	if diff := cmp.Diff(before, tb.Document(), exact); diff != "" {
		tb.Fatalf("a refused command changed the poll:\n%s", diff)
	}
	if !strings.ContainsAny(refused.Message, " ") {
		tb.Fatalf("%q is not a sentence", refused.Message)
	}
	return refused
}

func (tb *table) join(users ...poll.UserID) {
	tb.Helper()
	for _, u := range users {
		tb.do(u, poll.Join{Name: text(tb, strings.ToUpper(string(u)))})
	}
}

func (tb *table) nominate(by poll.UserID, ids ...poll.NominationID) {
	tb.Helper()
	for _, id := range ids {
		tb.do(by, poll.Nominate{ID: id, Text: text(tb, string(id))})
	}
}

// vote casts a ballot whose receipt tells whose it is, and its place in the log.
func (tb *table) vote(by poll.UserID, ranking ...poll.NominationID) poll.Outcome {
	tb.Helper()
	return tb.do(by, tb.cast(by, ranking...))
}

func (tb *table) cast(by poll.UserID, ranking ...poll.NominationID) poll.Cast {
	return poll.Cast{Ranking: ranking, Receipt: fmt.Sprintf("receipt-%s-%d", by, len(tb.log)+1)}
}

func refusal(t rapid.TB, err error) *poll.Error {
	t.Helper()
	refused, ok := err.(*poll.Error) //nolint:errorlint // it must be one, not wrap one
	if !ok {
		t.Fatalf("error %v (%T) is not a *poll.Error", err, err)
	}
	return refused
}

func text(t rapid.TB, raw string) poll.Text {
	t.Helper()
	txt, err := poll.ParseText("text", raw, 100)
	if err != nil {
		t.Fatal(err)
	}
	return txt
}

// exact compares the results of counts by what they are, not by how they are held.
var exact = cmp.Comparer(func(a, b tally.Figure) bool { return a.Equal(b) })

func toJSON(t rapid.TB, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// replay reads the log as a ledger would give it, from its start.
func replay(t rapid.TB, log []poll.Entry) *poll.State {
	t.Helper()
	s := poll.New()
	for i, e := range log {
		data, err := poll.MarshalEntry(e)
		if err != nil {
			t.Fatal(err)
		}
		stored, err := poll.UnmarshalEntry(data)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = s.Apply(uint64(i+1), stored) // refused entries have their place in a log
	}
	return s
}

func commitment() string { return fmt.Sprintf("%x", sha256.Sum256(seed)) }

// userID is the id of somebody in a crowd; all are of one length.
func userID(i int) poll.UserID { return poll.UserID(fmt.Sprintf("user-%015d", i)) }
