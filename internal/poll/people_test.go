package poll_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/poll"
)

func participants(tb *table) []poll.UserID { return slices.Collect(tb.Participants()) }

func expectParticipants(tb *table, want ...poll.UserID) {
	tb.Helper()
	if diff := cmp.Diff(want, participants(tb)); diff != "" {
		tb.Fatalf("participants:\n%s", diff)
	}
	if got := tb.Document().ParticipantCount; got != len(want) {
		tb.Fatalf("ParticipantCount = %d, want %d", got, len(want))
	}
}

func TestJoinAndLeave(t *testing.T) {
	tb := open(t)
	tb.join(ben, carla)
	expectParticipants(tb, anna, ben, carla)

	tb.do(ben, poll.Leave{})
	expectParticipants(tb, anna, carla)
	tb.refuse(ben, poll.Leave{}, poll.Unauthorized)
	tb.refuse(ben, poll.Nominate{ID: pizza, Text: text(t, "Pizza")}, poll.Unauthorized)

	tb.join(ben)
	expectParticipants(tb, anna, carla, ben)
	if newest := tb.Document().Newest; newest[0] != (poll.Person{ID: ben, Name: "BEN"}) {
		t.Errorf("the newest is %v", newest[0])
	}
}

func TestJoiningTwiceChangesNothing(t *testing.T) {
	tb := open(t)
	tb.join(ben, carla)
	before := tb.Document()
	tb.do(ben, poll.Join{Name: text(t, "Somebody else")})
	if diff := cmp.Diff(before, tb.Document()); diff != "" {
		t.Error(diff)
	}
}

func TestTwoParticipantsMayHaveOneName(t *testing.T) {
	tb := open(t)
	tb.do(ben, poll.Join{Name: text(t, "Alex")})
	tb.do(carla, poll.Join{Name: text(t, "Alex")})
	want := []poll.Person{{ID: carla, Name: "Alex"}, {ID: ben, Name: "Alex"}, {ID: anna, Name: "ANNA"}}
	if diff := cmp.Diff(want, tb.Document().Newest); diff != "" {
		t.Error(diff)
	}
}

func TestJoinRefuses(t *testing.T) {
	tb := open(t)
	for name, by := range map[string]poll.UserID{
		"nobody": poll.System, "a long id": "123456789012345678901", "a strange id": "a b",
	} {
		t.Run(name, func(*testing.T) { tb.refuse(by, poll.Join{Name: text(t, "X")}, poll.BadRequest) })
	}
	tb.refuse(ben, poll.Join{}, poll.BadRequest)
}

func TestParticipantLimit(t *testing.T) {
	tb := open(t, func(c *poll.Create) { c.Limits.Participants = 2 })
	tb.join(ben)
	tb.refuse(carla, poll.Join{Name: text(t, "Carla")}, poll.Limit)

	tb.do(anna, poll.Leave{})
	tb.join(carla)
	tb.join(anna) // a full poll does not lose its admin
	expectParticipants(tb, ben, carla, anna)
}

func TestComingAndGoingIsLimited(t *testing.T) {
	tb := open(t, func(c *poll.Create) { c.Limits.Participants = 2 })
	for _, u := range []poll.UserID{"1", "2", "3", "4", "5", "6", "7"} {
		tb.join(u)
		tb.do(u, poll.Leave{})
	}
	tb.refuse("8", poll.Join{Name: text(t, "Eight")}, poll.Limit)
	tb.join("7") // who is known is not a burden
}

func TestRemoveParticipant(t *testing.T) {
	tb := open(t)
	tb.join(ben, carla)
	tb.nominate(ben, pizza)

	tb.refuse(ben, poll.RemoveParticipant{ID: carla}, poll.Unauthorized)
	tb.refuse(anna, poll.RemoveParticipant{ID: anna}, poll.BadRequest)
	tb.refuse(anna, poll.RemoveParticipant{ID: "nobody"}, poll.NotFound)
	tb.do(anna, poll.RemoveParticipant{ID: ben})
	tb.refuse(anna, poll.RemoveParticipant{ID: ben}, poll.NotFound)

	expectParticipants(tb, anna, carla)
	if _, ok := tb.Document().Nominations[pizza]; !ok {
		t.Error("the nominations of the removed are gone")
	}
	if !tb.IsRemoved(ben) || tb.IsRemoved(carla) || tb.IsRemoved("nobody") {
		t.Error("IsRemoved is wrong")
	}
}

func TestRemoveReachesWhoLeft(t *testing.T) {
	tb := open(t)
	tb.join(ben)
	tb.do(ben, poll.Leave{})
	tb.do(anna, poll.RemoveParticipant{ID: ben})
	tb.refuse(ben, poll.Join{Name: text(t, "Ben")}, poll.Unauthorized)
}

func TestRemoveWhileVotingTakesTheBallotOut(t *testing.T) {
	tb := openVoting(t)
	tb.vote(ben, pizza)
	tb.vote(carla, sushi)
	tb.do(anna, poll.RemoveParticipant{ID: ben})
	if got := *tb.Document().BallotCount; got != 1 {
		t.Errorf("BallotCount = %d, want 1", got)
	}
	tb.do(anna, poll.Close{})
	if got := tb.Results().Official.Winners; !slices.Equal(got, []string{string(sushi)}) {
		t.Errorf("winners = %v", got)
	}
	tb.refuse(anna, poll.RemoveParticipant{ID: carla}, poll.WrongPhase)
}

func TestLeaveWhileVoting(t *testing.T) {
	tb := openVoting(t)
	tb.vote(ben, pizza)
	tb.do(ben, poll.Leave{})
	tb.do(carla, poll.Leave{})
	expectParticipants(tb, anna, ben) // who voted stays with their ballot
	tb.join(carla)
	tb.vote(carla, pizza) // who left and came back votes
	tb.do(anna, poll.Close{})
	if got := tb.Results().Ballots; got != 2 {
		t.Errorf("%d ballots, want 2", got)
	}
}

func TestLeavingDoesNotTellWhoVotedWhileTurnoutIsHidden(t *testing.T) {
	tb := openVoting(t, func(c *poll.Create) { c.Settings.ShowTurnout = false })
	tb.vote(ben, pizza)
	tb.do(ben, poll.Leave{})
	tb.do(carla, poll.Leave{})
	expectParticipants(tb, anna, ben, carla)
	tb.do(anna, poll.Close{})
	tb.do(ben, poll.Leave{})
	tb.do(carla, poll.Leave{})
	expectParticipants(tb, anna, ben)
}

func TestAdminWhoLeavesStaysAdmin(t *testing.T) {
	tb := openVoting(t)
	tb.do(anna, poll.Leave{})
	expectParticipants(tb, ben, carla)
	tb.refuse(anna, tb.cast(anna, pizza), poll.Unauthorized)
	if got := tb.Document().AdminID; got != anna {
		t.Errorf("AdminID = %q", got)
	}
	tb.do(anna, poll.Close{})
}

func TestMakeAdmin(t *testing.T) {
	tb := open(t)
	tb.join(ben)
	tb.refuse(ben, poll.MakeAdmin{ID: ben}, poll.Unauthorized)
	tb.refuse(anna, poll.MakeAdmin{ID: carla}, poll.NotFound)
	tb.do(anna, poll.MakeAdmin{ID: ben})
	tb.refuse(anna, poll.Cancel{}, poll.Unauthorized)
	if me, _ := tb.Me(ben); me.Role != poll.Admin {
		t.Errorf("Role = %q", me.Role)
	}
	if me, _ := tb.Me(anna); me.Role != poll.Participant {
		t.Errorf("Role = %q", me.Role)
	}
	tb.do(ben, poll.RemoveParticipant{ID: anna})
}

func TestLateJoinerVotes(t *testing.T) {
	tb := openVoting(t)
	tb.join(dora)
	tb.vote(dora, tacos)
	tb.do(anna, poll.Close{})
	if got := tb.Results().Official.Winners; !slices.Equal(got, []string{string(tacos)}) {
		t.Errorf("winners = %v", got)
	}
}

func TestAClosedPollTakesInOnlyWhomItKnows(t *testing.T) {
	tb := openVoting(t)
	tb.do(carla, poll.Leave{})
	tb.do(anna, poll.Close{})
	tb.refuse(dora, poll.Join{Name: text(t, "Dora")}, poll.WrongPhase)
	tb.join(carla) // sees the result
}

// Of those who came and went, a poll forgets those who left the longest ago, whatever their ids.
func TestTheFirstToLeaveAreForgottenFirst(t *testing.T) {
	tb := open(t, today, func(c *poll.Create) { c.Limits.Participants = 3 })
	for i := range 12 { // with the admin one more than four times as many as may take part
		id := poll.UserID(fmt.Sprintf("p%02d", 50-i))
		tb.do(id, poll.Join{Name: text(t, fmt.Sprintf("Guest %c", 'A'+i))})
		tb.do(id, poll.Leave{})
	}
	for name, want := range map[string]string{"Guest H": "Guest H", "Guest I": "Guest I 2"} { // the name of somebody known is taken
		id := poll.UserID(name[6:])
		tb.do(id, poll.Join{Name: text(t, name)})
		if me, _ := tb.Me(id); me.Name != want {
			t.Errorf("another %s is called %s", name, me.Name)
		}
	}
}
