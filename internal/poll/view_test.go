package poll_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/poll"
)

func TestDocumentInTheLobby(t *testing.T) {
	tb := open(t)
	tb.join(ben)
	tb.nominate(ben, pizza)
	want := poll.Document{
		ID:               "ABC234",
		Phase:            poll.Lobby,
		AdminID:          anna,
		Settings:         creation().Settings,
		CreatedAt:        opened.Add(time.Second),
		ExpiresAt:        opened.Add(24 * time.Hour),
		ClosesAt:         tb.ClosesAt(),
		Nominations:      map[poll.NominationID]poll.Nomination{pizza: {UserID: ben, Text: "pizza", Order: 4}},
		ParticipantCount: 2,
		BallotCount:      new(0),
		Newest:           []poll.Person{{ID: ben, Name: "BEN"}, {ID: anna, Name: "ANNA"}},
	}
	if diff := cmp.Diff(want, tb.Document()); diff != "" {
		t.Error(diff)
	}
}

func TestDocumentOfAnEmptyPollHasNoNulls(t *testing.T) {
	tb := &table{TB: t, State: poll.New(), now: opened}
	tb.do(anna, creation())
	want := `{"id":"ABC234","phase":"lobby","adminID":"anna",` +
		`"settings":{"topic":"Lunch?","method":"score","seats":1,"votesPerVoter":3,"nominationsPerVoter":10,` +
		`"allowPartial":true,"changeableVote":true,"showTurnout":true,"declareTies":false},` +
		`"createdAt":"2026-01-01T12:00:01Z","expiresAt":"2026-01-02T12:00:00Z","closesAt":"2026-01-02T09:00:00.125Z",` +
		`"nominations":{},"participantCount":0,"onlineCount":0,"ballotCount":0,"newest":[]}`
	if diff := cmp.Diff(want, toJSON(t, tb.Document())); diff != "" {
		t.Error(diff)
	}
}

func TestDocumentNamesTheNewest(t *testing.T) {
	tb := open(t)
	for i := range 20 {
		tb.join(poll.UserID(fmt.Sprintf("user%d", i)))
	}
	tb.do("user18", poll.Leave{})
	tb.do(anna, poll.RemoveParticipant{ID: "user16"})
	newest := tb.Document().Newest
	if len(newest) != poll.NewestShown {
		t.Fatalf("%d are named, want %d", len(newest), poll.NewestShown)
	}
	want := []poll.UserID{"user19", "user17", "user15", "user14"}
	for i, id := range want {
		if newest[i].ID != id {
			t.Errorf("newest[%d] = %s, want %s", i, newest[i].ID, id)
		}
	}
}

func TestTheSeedIsCommittedAtOnceAndRevealedAtTheClose(t *testing.T) {
	tb := openVoting(t)
	if d := tb.Document(); d.SeedCommitment != commitment() || d.Seed != "" {
		t.Errorf("while voting: commitment %q, seed %q", d.SeedCommitment, d.Seed)
	}
	tb.do(anna, poll.Close{})
	if d := tb.Document(); d.SeedCommitment != commitment() || d.Seed != fmt.Sprintf("%x", seed) {
		t.Errorf("closed: commitment %q, seed %q", d.SeedCommitment, d.Seed)
	}
}

func TestMe(t *testing.T) {
	tb := openVoting(t)
	for _, id := range []poll.UserID{"nobody", poll.System, dora} {
		if me, ok := tb.Me(id); ok {
			t.Errorf("Me(%q) = %+v", id, me)
		}
	}
	me, ok := tb.Me(anna)
	want := poll.Me{UserID: anna, Name: "ANNA", Role: poll.Admin, Ballot: []poll.NominationID{}}
	if diff := cmp.Diff(want, me); diff != "" || !ok {
		t.Error(diff)
	}
	outcome := tb.vote(ben, tacos, pizza)
	me, _ = tb.Me(ben)
	want = poll.Me{
		UserID: ben, Name: "BEN", Role: poll.Participant,
		Ballot: []poll.NominationID{tacos, pizza}, Voted: true, Receipt: outcome.Receipt,
	}
	if diff := cmp.Diff(want, me); diff != "" {
		t.Error(diff)
	}
}

func TestTurnoutHidden(t *testing.T) {
	tb := openVoting(t, today, func(c *poll.Create) { c.Settings.ShowTurnout = false })
	public, version := tb.Public(), tb.Version()
	tb.vote(ben, pizza)
	tb.vote(carla, sushi)
	if tb.Public() != public || tb.Version() != version+2 {
		t.Errorf("the ballots are told by the version: %d, then %d", public, tb.Public())
	}
	voted := func() (n int) {
		page, _ := tb.Roster("", 0, "")
		for _, p := range page {
			if p.Voted {
				n++
			}
		}
		return n
	}
	if tb.Document().BallotCount != nil || tb.Summary().BallotCount != nil {
		t.Error("the number of ballots is shown")
	}
	if got := tb.Base("").Rankings; len(got) != 0 {
		t.Errorf("the room's rankings are %v", got)
	}
	want := map[poll.UserID][]poll.NominationID{ben: {pizza}}
	if diff := cmp.Diff(want, tb.Base(ben).Rankings); diff != "" {
		t.Error(diff)
	}
	if voted() != 0 {
		t.Error("the roster tells who voted")
	}

	tb.do(anna, poll.Close{})
	public = tb.Public()
	tb.refuse(carla, tb.cast(carla, pizza), poll.WrongPhase)
	if tb.Public() != public {
		t.Errorf("a ballot that came too late is told by the version: %d, then %d", public, tb.Public())
	}
	if got := tb.Document().BallotCount; got == nil || *got != 2 {
		t.Error("the number of ballots is hidden after the close")
	}
	if len(tb.Base("").Rankings) != 2 || voted() != 2 {
		t.Error("who voted is hidden after the close")
	}
}

// That Shown misses nothing that changes the document is checked with every entry of these
// tests; that it counts no more ballots than it must, here.
func TestShownCountsNoBallotThatShowsNothing(t *testing.T) {
	for name, tt := range map[string]struct {
		turnout      bool
		first, again uint64
	}{
		"turnout shown":  {true, 1, 0},
		"turnout hidden": {false, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			tb := openVoting(t, func(c *poll.Create) { c.Settings.ShowTurnout = tt.turnout })
			for _, want := range []uint64{tt.first, tt.again, tt.again} {
				before := tb.Shown()
				tb.vote(ben, pizza, sushi)
				if got := tb.Shown() - before; got != want {
					t.Errorf("a ballot counts %d, want %d", got, want)
				}
			}
			before := tb.Shown()
			tb.refuse(dora, tb.cast(dora, pizza), poll.Unauthorized)
			if tb.Shown() != before {
				t.Error("a refused ballot counts")
			}
		})
	}
}

func TestSummary(t *testing.T) {
	tb := openVoting(t)
	tb.vote(ben, pizza)
	want := poll.Summary{
		ID: "ABC234", Topic: "Lunch?", Phase: poll.Voting, ParticipantCount: 3, NominationCount: 3,
		BallotCount: new(1), ExpiresAt: opened.Add(24 * time.Hour),
	}
	if diff := cmp.Diff(want, tb.Summary()); diff != "" {
		t.Error(diff)
	}
	tb.do(anna, poll.LockRoom{Locked: true})
	if !tb.Summary().RoomLocked {
		t.Error("a locked room looks open from outside")
	}
}

func TestRoster(t *testing.T) {
	tb := open(t)
	want := []poll.UserID{anna}
	for i := range 10 {
		id := poll.UserID(fmt.Sprintf("user%d", i))
		tb.join(id)
		want = append(want, id)
	}
	for limit := 1; limit <= 12; limit++ {
		var got []poll.UserID
		pages := 0
		for after := poll.UserID(""); ; pages++ {
			page, next := tb.Roster(after, limit, "")
			for _, p := range page {
				got = append(got, p.ID)
			}
			if after = next; after == "" {
				break
			}
		}
		if !slices.Equal(got, want) || pages != (len(want)-1)/limit {
			t.Errorf("limit %d: %d pages of %v", limit, pages+1, got)
		}
	}
}

func TestRosterGoesOnAfterWhoLeft(t *testing.T) {
	tb := open(t)
	tb.join("a", "b", "c", "d")
	_, next := tb.Roster("", 3, "")
	tb.do(next, poll.Leave{})
	page, last := tb.Roster(next, 3, "")
	want := []poll.RosterEntry{{ID: "c", Name: "C"}, {ID: "d", Name: "D"}}
	if diff := cmp.Diff(want, page); diff != "" || last != "" {
		t.Errorf("next %q\n%s", last, diff)
	}
	tb.do("c", poll.Leave{})
	tb.do("d", poll.Leave{})
	if page, _ := tb.Roster("d", 3, ""); page == nil || len(page) != 0 {
		t.Errorf("after the last: %v", page)
	}
}

func TestRosterSearch(t *testing.T) {
	tb := open(t)
	for id, name := range map[poll.UserID]string{"a": "Bo", "b": "Robot", "c": "Вo 7", "d": "Cleo"} { // c begins with a Cyrillic letter
		parsed, err := poll.ParseName(name)
		if err != nil {
			t.Fatal(err)
		}
		tb.do(id, poll.Join{Name: parsed})
	}
	for _, c := range []struct {
		sought string
		want   []poll.UserID
	}{
		{"bo", []poll.UserID{"a", "b", "c"}},
		{"ROBOT", []poll.UserID{"b"}},
		{"zoe", nil},
	} {
		name, err := poll.ParseName(c.sought)
		if err != nil {
			t.Fatal(err)
		}
		var got []poll.UserID
		for after := poll.UserID(""); ; {
			page, next := tb.Roster(after, 1, name.Key)
			for _, p := range page {
				got = append(got, p.ID)
			}
			if after = next; after == "" {
				break
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) || tb.RosterSize(name.Key) != len(c.want) {
			t.Errorf("%q finds %v, of %d", c.sought, got, tb.RosterSize(name.Key))
		}
	}
	if n := tb.RosterSize(""); n != 5 {
		t.Errorf("%d in all", n)
	}
}

func TestRosterPagesAreBounded(t *testing.T) {
	tb := open(t)
	for i := range poll.MaxRosterPage + 1 {
		tb.join(poll.UserID(fmt.Sprintf("user%d", i)))
	}
	for limit, want := range map[int]int{-1: poll.RosterPage, 0: poll.RosterPage, 7: 7, 1 << 40: poll.MaxRosterPage} {
		if page, _ := tb.Roster("", limit, ""); len(page) != want {
			t.Errorf("Roster(%d) has %d, want %d", limit, len(page), want)
		}
	}
}
