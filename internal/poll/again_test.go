package poll_test

import (
	"testing"
	"time"

	"github.com/caucus-live/caucus/internal/poll"
)

// A poll that is run again has the settings, options, hosts and people of the first, who come in without
// being let in; whoever was removed stays a stranger.
func TestAPollIsRunAgain(t *testing.T) {
	first := open(t, approved, func(c *poll.Create) {
		c.Settings.ClosesAt = opened.Add(time.Hour)
		c.Options = []poll.Option{{ID: pizza, Text: text(t, "Pizza"), Note: "hot", Link: "https://example.org"}}
	})
	first.join(ben, carla, dora)
	first.do(anna, poll.Admit{All: true})
	first.nominate(ben, sushi)
	first.do(anna, poll.AddHost{ID: ben})
	first.do(anna, poll.RemoveParticipant{ID: dora})
	first.do(anna, poll.StartVote{Seed: seed})
	first.refuse(anna, poll.RunAgain{PollID: "XYZ234"}, poll.WrongPhase)
	first.do(anna, poll.Close{})
	first.refuse(ben, poll.RunAgain{PollID: "XYZ234"}, poll.Unauthorized)
	again := first.Again()
	first.do(anna, poll.RunAgain{PollID: "XYZ234"})
	first.refuse(anna, poll.RunAgain{PollID: "XYZ345"}, poll.Duplicate)
	if first.Document().NextPoll != "XYZ234" || first.Next() != "XYZ234" {
		t.Errorf("the next poll is %q", first.Next())
	}
	first.mustLast()

	again.PollID, again.Limits, again.Rules, again.Expires = "XYZ234", poll.Limits{}.WithDefaults(), poll.Rules, opened.Add(first.Lifetime())
	for i := range again.Options {
		again.Options[i].ID = poll.NominationID(rune('a' + i))
	}
	tb := &table{TB: t, State: poll.New(), now: opened}
	tb.do(anna, again)
	tb.mustList("Pizza", "sushi")
	if d := tb.Document(); d.ParticipantCount != 0 || d.Settings.Admission != poll.ApproveAdmission || !d.Settings.ClosesAt.IsZero() || d.Nominations["a"].Note != "hot" || !tb.IsHost(ben) {
		t.Errorf("%+v", d)
	}
	tb.join(anna, ben, carla, dora)
	tb.mustWait(dora)
	if me, _ := tb.Me(carla); me.Name != "CARLA" {
		t.Errorf("Carla is called %s", me.Name)
	}
	for name, change := range map[string]func(*poll.Create){
		"one person twice": func(c *poll.Create) { c.People = append(c.People, c.People[0]) },
		"no name":          func(c *poll.Create) { c.People = []poll.Returning{{ID: ben}} },
		"a long mark": func(c *poll.Create) {
			c.People = []poll.Returning{{ID: ben, Name: text(t, "Ben"), Device: string(make([]byte, poll.MaxDevice+1))}}
		},
		"no mark":          func(c *poll.Create) { c.Unwelcome = []string{""} },
		"too many marks":   func(c *poll.Create) { c.Unwelcome = make([]string, c.Limits.Participants+1) },
		"marks of no poll": func(c *poll.Create) { c.Marks = "a poll" },
		"too many hosts": func(c *poll.Create) {
			for i := range poll.MaxHosts {
				c.People = append(c.People, poll.Returning{ID: userID(i), Name: text(t, "Zoe"), Host: true}) // beside Ben
			}
		},
		"no id": func(c *poll.Create) { c.People = []poll.Returning{{Name: text(t, "Ben")}} },
	} {
		c := again
		change(&c)
		if err := poll.New().Check(poll.Entry{At: opened, By: anna, Command: c}); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

// Polls of old rules keep no keys of names; those that run them again do.
func TestAPollOfOldRulesIsRunAgain(t *testing.T) {
	first := open(t)
	first.join(ben)
	again := first.Again()
	for _, p := range again.People {
		if p.Name != text(t, p.Name.Text) {
			t.Errorf("%+v", p.Name)
		}
	}
	again.PollID, again.Limits, again.Rules, again.Expires = "XYZ234", poll.Limits{}.WithDefaults(), poll.Rules, opened.Add(time.Hour)
	if err := poll.New().Check(poll.Entry{At: opened, By: anna, Command: again}); err != nil {
		t.Error(err)
	}
}
