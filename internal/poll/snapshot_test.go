package poll_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/caucus-live/caucus/internal/poll"
)

// eventful returns a poll in which everything has happened that a state keeps.
func eventful(t rapid.TB, phase poll.Phase) *table {
	tb := open(t)
	tb.join(ben, carla, dora, "eve", "finn")
	tb.doAs(ben, "c1", poll.Nominate{ID: sushi, Text: text(t, "Sushi")})
	tb.nominate(ben, pizza)
	tb.nominate(dora, tacos)
	tb.do(dora, poll.Leave{})
	tb.do(carla, poll.Leave{})
	tb.join(carla)
	tb.do(anna, poll.RemoveParticipant{ID: "eve"})
	tb.doAs(anna, "c2", poll.MakeAdmin{ID: ben})
	if phase == poll.Lobby {
		return tb
	}
	tb.do(ben, poll.StartVote{Seed: seed})
	tb.doAs(carla, "c3", tb.cast(carla, pizza, tacos))
	tb.vote(ben)
	switch phase {
	case poll.Closed:
		tb.do(ben, poll.Close{})
	case poll.Cancelled:
		tb.do(ben, poll.Cancel{})
	case poll.Lobby, poll.Voting:
	}
	return tb
}

var phases = []poll.Phase{poll.Lobby, poll.Voting, poll.Closed, poll.Cancelled}

// same compares two states by everything that they show, and by their snapshots.
func same(t rapid.TB, got, want *poll.State) {
	t.Helper()
	views := func(s *poll.State) []any {
		roster, _ := s.Roster("", poll.MaxRosterPage, "")
		export, _ := s.Export()
		return []any{s.Version(), s.Document(), s.Base(""), s.Summary(), roster, export}
	}
	if diff := cmp.Diff(views(want), views(got), exact); diff != "" {
		t.Fatalf("the states show different things:\n%s", diff)
	}
	if diff := cmp.Diff(string(want.Snapshot()), string(got.Snapshot())); diff != "" {
		t.Fatalf("the states have different snapshots:\n%s", diff)
	}
}

func TestRestore(t *testing.T) {
	for _, phase := range phases {
		t.Run(string(phase), func(t *testing.T) {
			tb := eventful(t, phase)
			restored, err := poll.Restore(tb.Snapshot())
			if err != nil {
				t.Fatal(err)
			}
			same(t, restored, tb.State)
			same(t, replay(t, tb.log), tb.State)
			for _, id := range []poll.UserID{anna, ben, carla, dora, "eve"} {
				a, _ := tb.Me(id)
				b, _ := restored.Me(id)
				if diff := cmp.Diff(a, b); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

func TestRestoreKeepsCountOfNominations(t *testing.T) {
	tb := open(t, func(c *poll.Create) { c.Settings.NominationsPerVoter = 2 })
	tb.nominate(anna, pizza, sushi)
	restored, err := poll.Restore(tb.Snapshot())
	if err != nil {
		t.Fatal(err)
	}
	err = restored.Check(tb.entry(anna, "", poll.Nominate{ID: tacos, Text: text(t, "Tacos")}))
	if refusal(t, err).Code != poll.Limit {
		t.Errorf("Check = %v", err)
	}
}

func TestRestoreOfNothing(t *testing.T) {
	s := poll.New()
	_, _ = s.Apply(1, poll.Entry{At: opened, By: anna, Command: poll.Leave{}}) // refused
	restored, err := poll.Restore(s.Snapshot())
	if err != nil {
		t.Fatal(err)
	}
	same(t, restored, s)
	if _, err := restored.Apply(2, poll.Entry{At: opened, By: anna, Command: creation()}); err != nil {
		t.Error(err)
	}
}

func TestRestoreKeepsNoReference(t *testing.T) {
	tb := eventful(t, poll.Closed)
	data := tb.Snapshot()
	restored, err := poll.Restore(data)
	if err != nil {
		t.Fatal(err)
	}
	clear(data)
	same(t, restored, tb.State)
}

func TestRestoreRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		phase    poll.Phase
		old, new string
	}{
		"another format":             {poll.Voting, `caucus-state-2`, `caucus-state-3`},
		"an unknown field":           {poll.Voting, `"version"`, `"weight":1,"version"`},
		"an unknown phase":           {poll.Voting, `"phase":"voting"`, `"phase":"paused"`},
		"a lobby with a seed":        {poll.Voting, `"phase":"voting"`, `"phase":"lobby"`},
		"a vote without a seed":      {poll.Lobby, `"phase":"lobby"`, `"phase":"voting"`},
		"a closed lobby":             {poll.Lobby, `"phase":"lobby"`, `"phase":"closed"`},
		"a method that is not":       {poll.Voting, `"method":"score"`, `"method":"dice"`},
		"no limits":                  {poll.Voting, `"participants":10000`, `"participants":0`},
		"no life":                    {poll.Voting, `"expires":17`, `"expires":-17`},
		"an admin who is not there":  {poll.Voting, `"admin":"ben"`, `"admin":"bob"`},
		"a removed admin":            {poll.Voting, `"admin":"ben"`, `"admin":"eve"`},
		"an author who is not there": {poll.Voting, `"by":"ben"`, `"by":"bob"`},
		"a person twice":             {poll.Voting, `{"id":"dora"`, `{"id":"ben"`},
		"no person":                  {poll.Voting, `{"id":"dora"`, `{"id":""`},
		"a strange standing":         {poll.Voting, `"s":2`, `"s":4`},
		"people out of order":        {poll.Voting, `{"id":"ben","n":"BEN","s":1,"j":3`, `{"id":"ben","n":"BEN","s":1,"j":1`},
		"nominations out of order":   {poll.Lobby, `"order":8`, `"order":10`},
		"a nomination twice":         {poll.Lobby, `"id":"sushi"`, `"id":"pizza"`},
		"a key twice":                {poll.Lobby, `["Sushi","sushi"]`, `"pizza"`},
		"a ballot of nothing":        {poll.Voting, `"r":[1,2]`, `"r":[1,3]`},
		"a ballot of one twice":      {poll.Voting, `"r":[1,2]`, `"r":[1,1]`},
		"a ballot too long":          {poll.Voting, `"r":[1,2]`, `"r":[0,1,2,0]`},
		"a ballot of who left":       {poll.Voting, `{"id":"dora","n":"DORA","j":5`, `{"id":"dora","n":"DORA","j":5,"b":{"r":[0],"p":"x"}`},
		"a ballot in the lobby":      {poll.Lobby, `{"id":"finn",`, `{"id":"finn","b":{"r":[0],"p":"x"},`},
		"a short digest":             {poll.Lobby, `"c":"`, `"c":"AQID`},
	} {
		t.Run(name, func(t *testing.T) {
			data := eventful(t, test.phase).Snapshot()
			damaged := strings.Replace(string(data), test.old, test.new, 1)
			if damaged == string(data) {
				t.Fatalf("%s is not in %s", test.old, data)
			}
			if _, err := poll.Restore([]byte(damaged)); err == nil || !strings.HasPrefix(err.Error(), "poll: a snapshot is damaged") {
				t.Errorf("Restore = %v", err)
			}
		})
	}
	for _, data := range []string{"", "null", "{}", "[]", `{"format":"caucus-state-2"} x`} {
		if _, err := poll.Restore([]byte(data)); err == nil {
			t.Errorf("%q was restored", data)
		}
	}
}

// Where equals are allowed, a ballot whose options each have a rank of their own has no more of them than others.
func TestRestoreRefusesTooManyRanks(t *testing.T) {
	tb := openVoting(t, equal, func(c *poll.Create) { c.Settings.VotesPerVoter = 1 })
	tb.do(ben, tb.cast(ben, sushi))
	data := string(tb.Snapshot())
	for ballot, want := range map[string]bool{`"r":[1]`: true, `"r":[1,2]`: false, `"r":[1,2,0]`: false} {
		changed := strings.Replace(data, `"r":[1]`, ballot, 1)
		if _, err := poll.Restore([]byte(changed)); (err == nil) != want || want != (changed == data) {
			t.Errorf("%s: %v", ballot, err)
		}
	}
}

func TestRestoreOfDamagedSnapshots(t *testing.T) {
	var seeds [][]byte
	for _, phase := range phases {
		seeds = append(seeds, eventful(t, phase).Snapshot())
	}
	rapid.Check(t, func(t *rapid.T) {
		var doc any
		if err := json.Unmarshal(rapid.SampledFrom(seeds).Draw(t, "snapshot"), &doc); err != nil {
			t.Fatal(err)
		}
		for range rapid.IntRange(1, 3).Draw(t, "damages") {
			doc = damage(t, doc)
		}
		restoreAndUse(t, []byte(toJSON(t, doc)))
	})
}

// damage replaces, drops or doubles something in a JSON document.
func damage(t *rapid.T, doc any) any {
	if rapid.IntRange(0, 3).Draw(t, "depth") > 0 {
		switch doc := doc.(type) {
		case map[string]any:
			if len(doc) > 0 {
				key := rapid.SampledFrom(slices.Sorted(maps.Keys(doc))).Draw(t, "key")
				doc[key] = damage(t, doc[key])
				return doc
			}
		case []any:
			if len(doc) > 0 {
				i := rapid.IntRange(0, len(doc)-1).Draw(t, "index")
				switch rapid.SampledFrom([]string{"damage", "drop", "double", "swap"}).Draw(t, "how") {
				case "damage":
					doc[i] = damage(t, doc[i])
				case "drop":
					return slices.Delete(doc, i, i+1)
				case "double":
					return append(doc, doc[i])
				case "swap":
					doc[0], doc[i] = doc[i], doc[0]
				}
				return doc
			}
		}
	}
	return rapid.SampledFrom([]any{
		nil, true, "", "ben", "lobby", "voting", "closed", "cancelled", "AQID", "\u0000", -1, 0, 1, 2, 3, 7, 65535, 1e15, 1.5,
		[]any{},
		[]any{0, 1},
		[]any{"a", "b"},
		map[string]any{},
	}).Draw(t, "value")
}

func FuzzRestore(f *testing.F) {
	for _, phase := range phases {
		f.Add(eventful(f, phase).Snapshot())
	}
	f.Add(poll.New().Snapshot())
	f.Fuzz(func(t *testing.T, data []byte) { restoreAndUse(t, data) })
}

// restoreAndUse checks that whatever can be restored can be used.
func restoreAndUse(t rapid.TB, data []byte) {
	t.Helper()
	s, err := poll.Restore(data)
	if err != nil {
		return
	}
	again, err := poll.Restore(s.Snapshot())
	if err != nil {
		t.Fatal(err)
	}
	same(t, again, s)
	for _, cmd := range []poll.Command{
		poll.Join{Name: poll.Text{Text: "A", Key: "a"}},
		poll.RemoveParticipant{ID: ben},
		poll.StartVote{Seed: seed},
		poll.Cast{Ranking: []poll.NominationID{pizza}, Receipt: "R"},
		poll.Close{},
		poll.Cancel{},
	} {
		e := poll.Entry{At: opened, By: s.Admin(), Command: cmd}
		checked := s.Check(e)
		if _, err := s.Apply(s.Version()+1, e); (err == nil) != (checked == nil) {
			t.Fatalf("%+v: Check = %v, Apply = %v", cmd, checked, err)
		}
		_ = views(t, s, s.Admin())
	}
}

// What a state does after it was frozen is not in the snapshot, also where people's histories
// are full and forget their oldest commands.
func TestAFrozenStateStaysAsItWas(t *testing.T) {
	log := room(20)
	s, votes := applied(t, log), log[len(log)-20:]
	round := 0
	vote := func(rounds int) {
		for range rounds {
			for _, e := range votes {
				e.CommandID = fmt.Sprintf("%s-%d", e.By, round)
				if _, err := s.Apply(s.Version()+1, e); err != nil {
					t.Fatal(err)
				}
			}
			round++
		}
	}
	for range 3 {
		vote(poll.RememberedCommands/2 + 1)
		before, frozen := s.Snapshot(), s.Freeze()
		vote(poll.RememberedCommands + 1)
		if after := frozen.Encode(); !bytes.Equal(before, after) {
			t.Fatalf("a snapshot changed after it was frozen:\n%s\n%s", before, after)
		}
	}
}
