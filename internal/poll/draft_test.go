package poll_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/tally"
)

var expires = opened.Add(24 * time.Hour)

func TestDraftDefaults(t *testing.T) {
	plan, err := poll.Draft{Topic: " Lunch? ", VotesPerVoter: 3, Name: "Zoë"}.Parse(opened, expires)
	if err != nil {
		t.Fatal(err)
	}
	want := poll.Settings{
		Topic: "Lunch?", Method: tally.Score, Seats: 1, VotesPerVoter: 3, NominationsPerVoter: 10,
		AllowPartial: true, ChangeableVote: true, ShowTurnout: true, Shuffle: true,
	}
	if diff := cmp.Diff(want, plan.Settings); diff != "" {
		t.Error(diff)
	}
	if want := (poll.Text{Text: "Zoë", Key: "zoe"}); plan.Name != want {
		t.Errorf("name = %+v, want %+v", plan.Name, want)
	}
}

func TestDraftSettings(t *testing.T) {
	plan, err := poll.Draft{
		Topic: "Council", VotesPerVoter: 20, Name: "Anna", Method: "stv", Seats: 7, NominationsPerVoter: 1,
		AllowPartial: new(false), ChangeableVote: new(false), ShowTurnout: new(false), DeclareTies: true, Shuffle: new(false),
		ClosesAt: "2026-01-01T20:00:00.1239+02:00",
	}.Parse(opened, expires)
	if err != nil {
		t.Fatal(err)
	}
	want := poll.Settings{
		Topic: "Council", Method: tally.STV, Seats: 7, VotesPerVoter: 20, NominationsPerVoter: 1,
		DeclareTies: true, ClosesAt: time.Date(2026, 1, 1, 18, 0, 0, 123e6, time.UTC),
	}
	if diff := cmp.Diff(want, plan.Settings); diff != "" {
		t.Error(diff)
	}
}

// The options of a draft come in their order, with what is said of each.
func TestDraftOptions(t *testing.T) {
	draft := poll.Draft{Topic: "Lunch?", VotesPerVoter: 3, Name: "Anna", Options: []poll.DraftOption{
		{Text: " Pizza "}, {Text: "Sushi", Note: "raw", Link: "https://example.org"},
	}}
	plan, err := draft.Parse(opened, expires)
	if err != nil {
		t.Fatal(err)
	}
	want := []poll.Option{{Text: text(t, "Pizza")}, {Text: text(t, "Sushi"), Note: "raw", Link: "https://example.org"}}
	if diff := cmp.Diff(want, plan.Options); diff != "" {
		t.Error(diff)
	}
	draft.Options = append(draft.Options, poll.DraftOption{Text: ""}, poll.DraftOption{Text: "PIZZA"})
	_, err = draft.Parse(opened, expires)
	problems, _ := errors.AsType[poll.Problems](err)
	if len(problems) != 2 || !strings.HasPrefix(problems[0].Message, "options[2].text must be ") || !strings.HasPrefix(problems[1].Message, "options[3].text ") ||
		!strings.Contains(problems[1].Message, "options[0].text") {
		t.Errorf("%v", err)
	}
}

func TestDraftProblems(t *testing.T) {
	good := poll.Draft{Topic: "Lunch?", VotesPerVoter: 3, Name: "Anna"}
	for name, test := range map[string]struct {
		adjust func(*poll.Draft)
		want   string
	}{
		"no topic":               {func(d *poll.Draft) { d.Topic = " " }, "topic must be 1 to 100 characters long"},
		"a long topic":           {func(d *poll.Draft) { d.Topic = strings.Repeat("a", 101) }, "topic must be 1 to 100 characters long"},
		"no name":                {func(d *poll.Draft) { d.Name = "" }, "name must be 1 to 25 characters long"},
		"no votes":               {func(d *poll.Draft) { d.VotesPerVoter = 0 }, "votesPerVoter must be a whole number from 1 to 20"},
		"too many votes":         {func(d *poll.Draft) { d.VotesPerVoter = 21 }, "votesPerVoter must be a whole number from 1 to 20"},
		"negative seats":         {func(d *poll.Draft) { d.Seats = -1 }, "seats must be a whole number from 1 to 20"},
		"seats without STV":      {func(d *poll.Draft) { d.Method, d.Seats = "irv", 2 }, "seats must be 1 unless the method is stv"},
		"negative nominations":   {func(d *poll.Draft) { d.NominationsPerVoter = -1 }, "nominationsPerVoter must be a whole number from 1 to 100"},
		"no such method":         {func(d *poll.Draft) { d.Method = "dice" }, "method must be one of score, "},
		"no such time":           {func(d *poll.Draft) { d.ClosesAt = "tomorrow" }, "closesAt must be a time such as 2030-01-31T18:00:00Z"},
		"a time that is past":    {func(d *poll.Draft) { d.ClosesAt = "2026-01-01T12:00:00Z" }, "closesAt must be in the future"},
		"a time that is too far": {func(d *poll.Draft) { d.ClosesAt = "2026-01-02T09:00:01Z" }, "closesAt must not be after 2026-01-02T09:00:00Z, "},
	} {
		t.Run(name, func(t *testing.T) {
			draft := good
			test.adjust(&draft)
			_, err := draft.Parse(opened, expires)
			problems, ok := errors.AsType[poll.Problems](err)
			if !ok || len(problems) != 1 || !strings.HasPrefix(problems[0].Message, test.want) {
				t.Errorf("Parse = %q, want %q", problems, test.want)
			}
		})
	}
}

func TestDraftTellsAllProblemsAtOnce(t *testing.T) {
	_, err := poll.Draft{Seats: 30, ClosesAt: "never"}.Parse(opened, expires)
	want := "topic must be 1 to 100 characters long; votesPerVoter must be a whole number from 1 to 20; " +
		"name must be 1 to 25 characters long; seats must be a whole number from 1 to 20; " +
		"closesAt must be a time such as 2030-01-31T18:00:00Z"
	if err == nil || err.Error() != want {
		t.Errorf("%v, not %s", err, want)
	}
}

func TestWhatADraftYieldsCanBeCreated(t *testing.T) {
	for _, method := range tally.Methods() {
		plan, err := poll.Draft{
			Topic: strings.Repeat(family, 100), VotesPerVoter: 20, Name: "Anna", Method: string(method), ClosesAt: "2026-01-02T09:00:00Z",
		}.Parse(opened, expires)
		if err != nil {
			t.Fatal(err)
		}
		open(t, func(c *poll.Create) { c.Settings = plan.Settings })
	}
}
