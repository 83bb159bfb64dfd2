package poll_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/tally"
)

func TestCreateRefuses(t *testing.T) {
	for name, adjust := range map[string]func(*poll.Create){
		"no id":                     func(c *poll.Create) { c.PollID = "" },
		"no admin":                  func(c *poll.Create) { c.Admin = "" },
		"another admin":             func(c *poll.Create) { c.Admin = ben },
		"no topic":                  func(c *poll.Create) { c.Settings.Topic = "" },
		"no votes":                  func(c *poll.Create) { c.Settings.VotesPerVoter = 0 },
		"too many votes":            func(c *poll.Create) { c.Settings.VotesPerVoter = 21 },
		"an unknown method":         func(c *poll.Create) { c.Settings.Method = "dice" },
		"no seats":                  func(c *poll.Create) { c.Settings.Seats = 0 },
		"seats without STV":         func(c *poll.Create) { c.Settings.Seats = 2 },
		"no nominations":            func(c *poll.Create) { c.Settings.NominationsPerVoter = 0 },
		"no participants":           func(c *poll.Create) { c.Limits.Participants = 0 },
		"too many nominations":      func(c *poll.Create) { c.Limits.Nominations = tally.MaxOptions + 1 },
		"an end before its time":    func(c *poll.Create) { c.Expires = opened },
		"a close before its time":   func(c *poll.Create) { c.Settings.ClosesAt = opened },
		"a last end before its end": func(c *poll.Create) { c.Latest = c.Expires.Add(-time.Millisecond) },
		"a last end beyond calendars": func(c *poll.Create) {
			c.Latest = time.Date(9999, 12, 31, 23, 0, 0, 0, time.FixedZone("west", -7200))
		},
		"an end beyond calendars": func(c *poll.Create) {
			c.Expires = time.Date(9999, 12, 31, 23, 0, 0, 0, time.FixedZone("west", -7200))
		},
	} {
		t.Run(name, func(t *testing.T) {
			tb := &table{TB: t, State: poll.New(), now: opened}
			tb.refuse(anna, creation(adjust), poll.BadRequest)
			if tb.Phase() != "" {
				t.Errorf("phase = %q", tb.Phase())
			}
			tb.do(anna, creation()) // the log goes on
		})
	}
}

// An id is 1 to 20 visible characters of ASCII, from ! to ~.
func TestIDs(t *testing.T) {
	for id, want := range map[string]bool{"!": true, "~": true, "a!~b": true, strings.Repeat("a", 20): true, strings.Repeat("a", 21): false, " ": false, "a b": false, "\x7f": false, "é": false} {
		err := poll.New().Check(poll.Entry{At: opened, By: anna, Command: creation(func(c *poll.Create) { c.PollID = id })})
		if (err == nil) != want {
			t.Errorf("%q: %v", id, err)
		}
	}
}

func TestCreateOccursOnce(t *testing.T) {
	tb := open(t)
	tb.refuse(anna, creation(), poll.WrongPhase)
}

func TestNothingHappensBeforeCreate(t *testing.T) {
	tb := &table{TB: t, State: poll.New()}
	tb.refuse(anna, poll.Join{Name: text(t, "Anna")}, poll.NotFound)
	tb.refuse(poll.System, poll.Close{}, poll.NotFound)
}

func TestApplyWantsTheNextEntry(t *testing.T) {
	tb := open(t)
	e := tb.entry(ben, "", poll.Join{Name: text(t, "Ben")})
	for _, seq := range []uint64{0, 1, tb.Version(), tb.Version() + 2} {
		if _, err := tb.Apply(seq, e); !errors.Is(err, poll.ErrSequence) {
			t.Errorf("Apply(%d) = %v, want ErrSequence", seq, err)
		}
	}
	if tb.IsParticipant(ben) {
		t.Error("an entry out of sequence had an effect")
	}
}

func TestRefusedEntriesHaveAVersion(t *testing.T) {
	tb := open(t)
	before := tb.Version()
	tb.refuse(ben, poll.Cancel{}, poll.Unauthorized)
	if got := tb.Version(); got != before+1 {
		t.Errorf("Version = %d, want %d", got, before+1)
	}
}

func TestEntriesAreNormalised(t *testing.T) {
	tb := open(t)
	tb.refuse(anna, nil, poll.BadRequest)
	e := tb.entry(ben, string(make([]byte, 65)), poll.Join{Name: text(t, "Ben")})
	if err := tb.Check(e); refusal(t, err).Code != poll.BadRequest {
		t.Errorf("Check = %v", err)
	}
	e.CommandID = "\xff"
	if err := tb.Check(e); refusal(t, err).Code != poll.BadRequest {
		t.Errorf("Check = %v", err)
	}
}

func TestTimesAreKeptToTheMillisecondInUTC(t *testing.T) {
	zone := time.FixedZone("east", 3600)
	s := poll.New()
	create := creation(func(c *poll.Create) {
		c.Expires = opened.Add(24*time.Hour + 1234567).In(zone)
		c.Settings.ClosesAt = opened.Add(time.Hour + 1234567).In(zone)
	})
	if _, err := s.Apply(1, poll.Entry{At: opened.Add(1234567).In(zone), By: anna, Command: create}); err != nil {
		t.Fatal(err)
	}
	d := s.Document()
	for _, test := range []struct{ got, want time.Time }{
		{d.CreatedAt, opened.Add(time.Millisecond)},
		{d.ExpiresAt, opened.Add(24*time.Hour + time.Millisecond)},
		{d.ClosesAt, opened.Add(time.Hour + time.Millisecond)},
		{d.Settings.ClosesAt, opened.Add(time.Hour + time.Millisecond)},
		{s.Expires(), opened.Add(24*time.Hour + time.Millisecond)},
	} {
		if test.got != test.want { // in the same zone, too
			t.Errorf("%v, want %v", test.got, test.want)
		}
	}
}

func TestCancel(t *testing.T) {
	for name, tb := range map[string]*table{"lobby": open(t), "voting": openVoting(t)} {
		t.Run(name, func(t *testing.T) {
			tb.refuse(ben, poll.Cancel{}, poll.Unauthorized)
			tb.do(anna, poll.Cancel{})
			tb.refuse(anna, poll.Cancel{}, poll.WrongPhase)
			tb.refuse(dora, poll.Join{Name: text(t, "Dora")}, poll.WrongPhase)
			tb.refuse(poll.System, poll.Close{}, poll.WrongPhase)
			if d := tb.Document(); d.Phase != poll.Cancelled || d.Results != nil || d.Seed != "" {
				t.Errorf("document = %+v", d)
			}
		})
	}
}

func TestCancelAfterTheClose(t *testing.T) {
	tb := openVoting(t)
	tb.do(anna, poll.Close{})
	tb.do(anna, poll.Cancel{})
	if d := tb.Document(); d.Results != nil || d.Seed != "" {
		t.Errorf("a cancelled poll has a result: %+v", d)
	}
	if _, err := tb.Export(); err == nil {
		t.Error("a cancelled poll has an export")
	}
}
