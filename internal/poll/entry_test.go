package poll_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/caucus-live/caucus/internal/poll"
)

// commands has one of every kind.
var commands = []struct {
	cmd  poll.Command
	json string
}{
	{creation(), `"create":{"id":"ABC234","admin":"anna","settings":{"topic":"Lunch?","method":"score","seats":1,` +
		`"votesPerVoter":3,"nominationsPerVoter":10,"allowPartial":true,"changeableVote":true,"showTurnout":true,` +
		`"declareTies":false},"limits":{"participants":10000,"nominations":200},"expires":"2026-01-02T12:00:00Z"}`},
	{poll.Join{Name: poll.Text{Text: "Zoë <3", Key: "zoe <3"}}, `"join":{"n":["Zoë <3","zoe <3"]}`},
	{poll.Leave{}, `"leave":{}`},
	{poll.Nominate{ID: "N1", Text: poll.Text{Text: "pizza", Key: "pizza"}}, `"nominate":{"id":"N1","n":"pizza"}`},
	{poll.RemoveNomination{ID: "N1"}, `"remove_nomination":{"id":"N1"}`},
	{poll.RemoveParticipant{ID: "ben"}, `"remove_participant":{"id":"ben"}`},
	{poll.StartVote{Seed: []byte{1, 2, 3}}, `"start_vote":{"seed":"AQID"}`},
	{poll.Cast{Ranking: []poll.NominationID{"N1", "N2"}, Receipt: "R"}, `"cast":{"r":["N1","N2"],"p":"R"}`},
	{poll.Cast{Receipt: "R"}, `"cast":{"p":"R"}`},
	{poll.Close{}, `"close":{}`},
	{poll.RevealResult{}, `"reveal_result":{}`},
	{poll.PlayResult{Step: 3, Playing: new(false), Speed: 1.5}, `"play_result":{"step":3,"playing":false,"speed":1.5}`},
	{poll.PlayResult{}, `"play_result":{}`},
	{poll.Cancel{}, `"cancel":{}`},
	{poll.RunAgain{PollID: "XYZ234"}, `"run_again":{"id":"XYZ234"}`},
	{poll.Extend{Expires: opened}, `"extend":{"expires":"2026-01-01T12:00:00Z"}`},
	{poll.MakeAdmin{ID: "ben"}, `"make_admin":{"id":"ben"}`},
	{poll.Join{Name: poll.Text{Text: "a", Key: "a"}, Spectates: true}, `"join":{"n":"a","w":true}`},
	{poll.Spectate{On: true}, `"spectate":{"on":true}`},
	{poll.Join{Name: poll.Text{Text: "a", Key: "a"}, Device: "x"}, `"join":{"n":"a","d":"x"}`},
	{poll.LockRoom{}, `"lock_room":{"locked":false}`},
	{poll.Admit{IDs: []poll.UserID{"ben"}}, `"admit":{"ids":["ben"]}`},
	{poll.Reject{All: true}, `"reject":{"all":true}`},
	{poll.RemoveParticipants{Since: opened, Matching: "x"}, `"remove_participants":{"since":"2026-01-01T12:00:00Z","matching":"x"}`},
	{poll.StartVote{Seed: []byte{1, 2, 3}, Seconds: 60}, `"start_vote":{"seed":"AQID","seconds":60}`},
	{poll.SetTimer{Seconds: 60, Extend: true}, `"set_timer":{"seconds":60,"extend":true}`},
	{poll.Reopen{}, `"reopen":{}`},
	{poll.AddHost{ID: "ben"}, `"add_host":{"id":"ben"}`},
	{poll.RemoveHost{ID: "ben"}, `"remove_host":{"id":"ben"}`},
	{poll.ApproveNominations{IDs: []poll.NominationID{"N1"}}, `"approve_nominations":{"ids":["N1"]}`},
	{
		poll.EditNomination{ID: "N1", Text: poll.Text{Text: "p", Key: "p"}, Note: "n", Link: "https://l"},
		`"edit_nomination":{"id":"N1","n":"p","o":"n","l":"https://l"}`,
	},
	{poll.MergeNominations{Into: "N1", IDs: []poll.NominationID{"N2"}}, `"merge_nominations":{"into":"N1","ids":["N2"]}`},
	{poll.UnmergeNomination{ID: "N1"}, `"unmerge_nomination":{"id":"N1"}`},
	{poll.OrderNominations{By: poll.ByText}, `"order_nominations":{"by":"text"}`},
	{poll.LockNominations{Locked: true}, `"lock_nominations":{"locked":true}`},
	{poll.EditPoll{Changes: poll.Changes{Topic: new("T"), Reveal: new(false)}}, `"edit_poll":{"topic":"T","reveal":false}`},
}

func TestEntriesAreStoredAsReadableJSON(t *testing.T) {
	for _, c := range commands {
		e := poll.Entry{At: opened.Add(1999999), By: anna, CommandID: "c1", Command: c.cmd}
		data, err := poll.MarshalEntry(e)
		if err != nil {
			t.Fatal(err)
		}
		if want := `{"t":1767268800001,"u":"anna","c":"c1",` + c.json + `}`; string(data) != want {
			t.Errorf("%s\nwant\n%s", data, want)
		}
		got, err := poll.UnmarshalEntry(data)
		e.At = opened.Add(time.Millisecond)
		if diff := cmp.Diff(e, got); diff != "" || err != nil {
			t.Errorf("%v\n%s", err, diff)
		}
	}
	data, err := poll.MarshalEntry(poll.Entry{At: opened, Command: poll.Close{}})
	if want := `{"t":1767268800000,"close":{}}`; string(data) != want || err != nil {
		t.Errorf("%s, %v, want %s", data, err, want)
	}
}

func TestMarshalEntryRefusesWhatIsNoCommand(t *testing.T) {
	for name, e := range map[string]poll.Entry{
		"nothing":   {},
		"a pointer": {Command: &poll.Close{}},
		"no year":   {Command: creation(func(c *poll.Create) { c.Expires = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) })},
	} {
		if data, err := poll.MarshalEntry(e); err == nil {
			t.Errorf("%s became %s", name, data)
		}
	}
}

func TestUnmarshalEntryRefuses(t *testing.T) {
	for name, data := range map[string]string{
		"nothing":                   ``,
		"null":                      `null`,
		"a number":                  `1`,
		"a list":                    `[]`,
		"no command":                `{"t":1,"u":"a"}`,
		"a command that is null":    `{"t":1,"close":null}`,
		"two commands":              `{"t":1,"close":{},"cancel":{}}`,
		"an unknown command":        `{"t":1,"abdicate":{}}`,
		"a command and an unknown":  `{"t":1,"close":{},"sign":"x"}`,
		"a field of a newer cast":   `{"t":1,"cast":{"r":["a"],"p":"r","weight":2}}`,
		"a field of newer settings": `{"t":1,"create":{"settings":{"quorum":1}}}`,
		"a wrong type":              `{"t":1,"cast":{"r":"a"}}`,
		"a time with a fraction":    `{"t":1.5,"close":{}}`,
		"half an entry":             `{"t":1,"close":{`,
		"two entries":               `{"t":1,"close":{}}{"t":1,"close":{}}`,
		"something behind":          `{"t":1,"close":{}} x`,
	} {
		e, err := poll.UnmarshalEntry([]byte(data))
		if err == nil {
			t.Errorf("%s became %+v", name, e)
		} else if !strings.HasPrefix(err.Error(), "poll: an entry is damaged") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A ballot of three with the ids that the product draws.
var storedBallot = poll.Entry{
	At: opened, By: "K7QZ2M4WXB3TRVNC5HJP", CommandID: "0b7e7a9c-3f5e-4c59-9d2f-0c8b1f6f7a11",
	Command: poll.Cast{
		Ranking: []poll.NominationID{"Q2JX7ZKD", "M5WTBN4C", "R6VHPF3G"},
		Receipt: "5Y3XOQF6ZC2LW7TBNMDKJHREVA",
	},
}

func TestABallotIsCompact(t *testing.T) {
	data, err := poll.MarshalEntry(storedBallot)
	if err != nil {
		t.Fatal(err)
	}
	ids := len(storedBallot.By) + len(storedBallot.CommandID) + 3*8 + 26
	if got := len(data); got != 64+ids || got != 170 {
		t.Errorf("a ballot takes %d bytes, %d of them ids; the docs of MarshalEntry say otherwise\n%s", got, ids, data)
	}
}

func FuzzUnmarshalEntry(f *testing.F) {
	for _, c := range commands {
		data, err := poll.MarshalEntry(poll.Entry{At: opened, By: anna, CommandID: "c", Command: c.cmd})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(`{"t":-9223372036854775808,"create":{"expires":"9999-12-31T23:59:59-23:59","settings":{"closesAt":"0000-01-01T00:00:00Z"}}}`))
	f.Add([]byte(`{"t":1,"join":{"n":null}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := poll.UnmarshalEntry(data)
		if err != nil {
			return
		}
		tb := openVoting(t) // whatever is stored, a state survives it
		if poll.New().Check(e) == nil {
			s := poll.New()
			if _, err := s.Apply(1, e); err != nil {
				t.Fatalf("Apply(1) = %v", err)
			}
			_ = toJSON(t, s.Document())
			_ = s.Snapshot()
		}
		checked := tb.Check(e)
		if _, err := tb.apply(e); (err == nil) != (checked == nil) {
			t.Fatalf("Check = %v, Apply = %v", checked, err)
		}
		if checked != nil {
			return
		}
		again, err := poll.MarshalEntry(e)
		if err != nil {
			t.Fatal(err)
		}
		decoded, err := poll.UnmarshalEntry(again)
		if diff := cmp.Diff(e, decoded, cmpopts.EquateEmpty()); diff != "" || err != nil {
			t.Fatalf("%v\n%s", err, diff)
		}
	})
}
