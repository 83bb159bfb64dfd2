package httpd

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/caucus-live/caucus/internal/ballotfile"
	"github.com/caucus-live/caucus/internal/poll"
)

// oddly are parts of options that a reader of ballots, or a spreadsheet, could take for something else.
var oddly = []string{
	"A", "Ü", "🍕", "Ann Lee", "=", "+1", "＝", "-", "@", "'", `"`, `\`, ";", ",", "|", "/", "#", "# ", "[x]", "]", " ", "and", " or ", " & ", ": ", "&amp;",
	"0", "1", "2", "3", "4", "12", "2024", "1e3", "5.0", "100%", "2=3", "10:30", "2026-01-02", "€5", "(1)", "1. ", "TRUE", "Yes", "No", "None", "N/A",
	"1st", "2nd", "first", "second", "Third", "1st choice", "2nd choice", "First choice", "Choice #2", "rank 1", "Rank", "preference 1", "best", "worst", "last",
	"(1 = worst)", "best last", "blank", "Overvote", "undervote", "skipped", "exhausted", "Write-in", "uwi", "count", "total", "votes", "weight", "id", "name", "receipt",
	"x", "X", "✓", "skip", "en blanco", "ungültig", "Summe:", "Subtotal", "P1 total", "Ann and Bob", "Ann + Bob", `["Ann","Bob"]`, "rank 2", "Rank [1]", "1 [a]", "yes", "Question", "{", "Note: none",
}

// A poll's export is read as the ballots that it is of, in every format and whatever its options are called.
func TestExportsAreReadAsTheyAre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := exported(t)
		texts := make(map[poll.NominationID]string)
		for _, n := range e.Nominations {
			texts[n.ID] = n.Text
		}
		var want []string
		for _, b := range e.Ballots {
			var ranked []string
			for i, id := range b.Ranking {
				ranked = append(ranked, fmt.Sprint(b.Rank(i), " ", texts[id]))
			}
			want = append(want, written(ranked))
		}
		slices.Sort(want)
		for _, format := range exportFormats {
			data, err := format.encode(e)
			if err != nil {
				t.Fatal(err)
			}
			f, err := ballotfile.Read("x."+format.extension, "", bytes.NewReader(data))
			if err != nil {
				t.Fatalf("%v\n%s", err, data)
			}
			var got []string
			for _, b := range f.Election.Ballots {
				var ranked []string
				for i, option := range b.Ranking {
					rank := i + 1
					if b.Ranks != nil {
						rank = b.Ranks[i]
					}
					ranked = append(ranked, fmt.Sprint(rank, " ", f.Names[option]))
				}
				got = append(got, slices.Repeat([]string{written(ranked)}, int(b.Weight))...)
			}
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Fatalf("%s is read as\n%s\nand not as\n%s\n%s", format.extension, got, want, data)
			}
		}
	})
}

func written(ranked []string) string {
	slices.Sort(ranked)
	return fmt.Sprintf("%q", ranked)
}

// exported plays a poll to its end.
func exported(t *rapid.T) *poll.Export {
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	draft := poll.Draft{Topic: "Lunch?", Name: "Ann", Method: "irv", VotesPerVoter: rapid.IntRange(1, 4).Draw(t, "votes"), EqualRanks: rapid.Bool().Draw(t, "equal ranks")}
	plan, err := draft.Parse(now, now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	state := poll.New()
	do := func(by poll.UserID, cmd poll.Command) {
		if _, err := state.Apply(state.Version()+1, poll.Entry{At: now, By: by, Command: cmd}); err != nil {
			t.Fatal(err)
		}
	}
	do("ann", poll.Create{PollID: "ABC234", Admin: "ann", Settings: plan.Settings, Limits: poll.Limits{}.WithDefaults(), Expires: now.Add(time.Hour), Rules: poll.Rules})
	do("ann", poll.Join{Name: plan.Name})
	var ids []poll.NominationID
	for i := range rapid.IntRange(2, 5).Draw(t, "options") {
		raw := strings.Join(rapid.SliceOfN(rapid.SampledFrom(oddly), 1, 2).Draw(t, "text"), "")
		cmd := poll.Nominate{ID: poll.NominationID(fmt.Sprint("o", i))}
		if cmd.Text, err = poll.ParseText("text", raw, poll.MaxNomination); err != nil || state.Check(poll.Entry{At: now, By: "ann", Command: cmd}) != nil {
			cmd.Text = poll.Text{Text: string(cmd.ID), Key: string(cmd.ID)} // blank, or nominated already
		}
		do("ann", cmd)
		ids = append(ids, cmd.ID)
	}
	do("ann", poll.StartVote{Seed: make([]byte, 32)})
	for i := range rapid.IntRange(0, 6).Draw(t, "voters") {
		voter := poll.UserID(fmt.Sprint("voter", i))
		do(voter, poll.Join{Name: plan.Name})
		n := rapid.IntRange(0, min(len(ids), plan.Settings.VotesPerVoter)).Draw(t, "ranked")
		cmd := poll.Cast{Ranking: rapid.Permutation(ids).Draw(t, "ballot")[:n], Receipt: fmt.Sprintf("%026d", i)}
		if plan.Settings.EqualRanks && rapid.Bool().Draw(t, "equals") {
			for place := range n {
				cmd.Ranks = append(cmd.Ranks, place/2+1)
			}
		}
		do(voter, cmd)
	}
	do("ann", poll.Close{})
	e, err := state.Export()
	if err != nil {
		t.Fatal(err)
	}
	return e
}
