package poll_test

import (
	"strings"
	"testing"

	"github.com/caucus-live/caucus/internal/poll"
)

// What has a maximum may reach it; one more is refused.
func TestBounds(t *testing.T) {
	const link = "https://example.org/"
	option := func(note, link string) error {
		_, err := poll.Draft{Topic: "Lunch?", VotesPerVoter: 3, Name: "Anna", Options: []poll.DraftOption{{Text: "Pizza", Note: note, Link: link}}}.Parse(opened, expires)
		return err
	}
	draft := func(adjust func(*poll.Draft)) error {
		d := poll.Draft{Topic: "Lunch?", VotesPerVoter: 3, Name: "Anna"}
		adjust(&d)
		_, err := d.Parse(opened, expires)
		return err
	}
	settings := func(adjust func(*poll.Settings)) error {
		s := creation().Settings
		adjust(&s)
		return s.Check()
	}
	check := func(tb *table, by poll.UserID, cmd poll.Command) error { return tb.Check(tb.entry(by, "", cmd)) }
	for name, test := range map[string]struct {
		most int
		try  func(n int) error
	}{
		"topic": {poll.MaxTopic, func(n int) error {
			return draft(func(d *poll.Draft) { d.Topic = strings.Repeat("é", n) })
		}},
		"name": {poll.MaxName, func(n int) error {
			return draft(func(d *poll.Draft) { d.Name = strings.Repeat("é", n) })
		}},
		"votes":       {poll.MaxVotesPerVoter, func(n int) error { return draft(func(d *poll.Draft) { d.VotesPerVoter = n }) }},
		"nominations": {poll.MaxNominationsPerVoter, func(n int) error { return draft(func(d *poll.Draft) { d.NominationsPerVoter = n }) }},
		"seats":       {poll.MaxSeats, func(n int) error { return draft(func(d *poll.Draft) { d.Method, d.Seats = "stv", n }) }},
		"note":        {poll.MaxNote, func(n int) error { return option(strings.Repeat("é", n), "") }},
		"note, in bytes": {poll.MaxNote * 32, func(n int) error {
			const kiss = "👩🏻‍❤️‍💋‍👨🏻" // one character of 35 bytes
			return option(strings.Repeat(kiss, n/len(kiss))+strings.Repeat("a", n%len(kiss)), "")
		}},
		"link":                      {poll.MaxLink, func(n int) error { return option("", link+strings.Repeat("a", n-len(link))) }},
		"settings: topic, in bytes": {poll.MaxTopic * 32, func(n int) error { return settings(func(s *poll.Settings) { s.Topic = strings.Repeat("a", n) }) }},
		"limits: participants":      {1_000_000, func(n int) error { return poll.Limits{Participants: n, Nominations: 1}.Check() }},
		"limits: nominations":       {1000, func(n int) error { return poll.Limits{Participants: 1, Nominations: n}.Check() }},
		"settings: votes":           {poll.MaxVotesPerVoter, func(n int) error { return settings(func(s *poll.Settings) { s.VotesPerVoter = n }) }},
		"settings: seats": {poll.MaxSeats, func(n int) error {
			return settings(func(s *poll.Settings) { s.Method, s.Seats = "stv", n })
		}},
		"settings: nominated": {poll.MaxNominationsPerVoter, func(n int) error { return settings(func(s *poll.Settings) { s.NominationsPerVoter = n }) }},
		"command id": {poll.MaxCommandID, func(n int) error {
			tb := open(t)
			return tb.Check(tb.entry(anna, strings.Repeat("a", n), poll.Nominate{ID: pizza, Text: text(t, "Pizza")}))
		}},
		"device": {poll.MaxDevice, func(n int) error {
			return check(open(t), ben, poll.Join{Name: text(t, "Ben"), Device: strings.Repeat("a", n)})
		}},
		"seed": {64, func(n int) error {
			tb := open(t)
			tb.nominate(anna, pizza, sushi)
			return check(tb, anna, poll.StartVote{Seed: make([]byte, n)})
		}},
		"receipt": {64, func(n int) error {
			return check(openVoting(t), ben, poll.Cast{Ranking: []poll.NominationID{pizza}, Receipt: strings.Repeat("A", n)})
		}},
		"participants": {3, func(n int) error {
			tb := open(t, func(c *poll.Create) { c.Limits.Participants = 3 })
			for i := range n - 2 {
				tb.join(userID(i))
			}
			return check(tb, ben, poll.Join{Name: text(t, "Ben")})
		}},
		"hosts": {poll.MaxHosts, func(n int) error {
			tb := open(t)
			for i := range n {
				tb.join(userID(i))
				if i < n-1 {
					tb.do(anna, poll.AddHost{ID: userID(i)})
				}
			}
			return check(tb, anna, poll.AddHost{ID: userID(n - 1)})
		}},
		"nominations of all": {3, func(n int) error {
			tb := open(t, func(c *poll.Create) { c.Limits.Nominations = 3 })
			tb.nominate(anna, []poll.NominationID{pizza, sushi, tacos}[:n-1]...)
			return check(tb, anna, poll.Nominate{ID: "n-last", Text: text(t, "Last")})
		}},
		"id of a nomination": {20, func(n int) error {
			return check(open(t), anna, poll.Nominate{ID: poll.NominationID(strings.Repeat("n", n)), Text: text(t, "Soup")})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			if err := test.try(test.most); err != nil {
				t.Errorf("%d: %v", test.most, err)
			}
			if err := test.try(test.most + 1); err == nil {
				t.Errorf("%d is accepted", test.most+1)
			}
		})
	}
}

// What has a minimum may have that.
func TestLeastBounds(t *testing.T) {
	for length, ok := range map[int]bool{15: false, 16: true} {
		tb := open(t)
		tb.nominate(anna, pizza, sushi)
		if err := tb.Check(tb.entry(anna, "", poll.StartVote{Seed: make([]byte, length)})); (err == nil) != ok {
			t.Errorf("a seed of %d bytes: %v", length, err)
		}
	}
}
