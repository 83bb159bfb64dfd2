package poll

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/caucus-live/caucus/internal/tally"
)

// A Draft is a request for a poll, as a person made it. Zero and nil settings mean
// their defaults; Topic, VotesPerVoter and Name have none.
type Draft struct {
	Topic         string
	VotesPerVoter int
	Name          string // of the creator

	Method              string
	Seats               int
	NominationsPerVoter int
	AllowPartial        *bool
	ChangeableVote      *bool
	ShowTurnout         *bool
	DeclareTies         bool
	Reveal              bool
	ClosesAt            string // RFC 3339

	HostNominates      bool
	ApproveNominations bool
	Anonymous          bool
	Shuffle            *bool
	EqualRanks         bool
	Admission          string // open or approve

	Options []DraftOption // nominated with the poll

	Lifetime int // seconds; see Life
}

// MinLifetime is the shortest life that the creator of a poll can ask for.
const MinLifetime = time.Hour

// Life is how long the poll is to live: as long as was asked for, from MinLifetime to
// most, or the usual time where nothing was. Anything else is a problem.
func (d Draft) Life(usual, most time.Duration) (life time.Duration, problems Problems) {
	least, longest := int(MinLifetime/time.Second), int(most/time.Second)
	switch {
	case d.Lifetime == 0:
		return usual, nil
	case d.Lifetime < least || d.Lifetime > longest:
		return usual, Problems{fmt.Sprintf("lifetime must be a whole number from %d to %d", least, longest)}
	}
	return time.Duration(d.Lifetime) * time.Second, nil
}

// A DraftOption is an option of a Draft. Note and Link may be empty.
type DraftOption struct {
	Text string `json:"text"`
	Note string `json:"note,omitempty"`
	Link string `json:"link,omitempty"`
}

// A Plan is a Draft that was found to be possible.
type Plan struct {
	Settings Settings
	Name     Text     // of the creator
	Options  []Option // without ids
}

// Problems are what is wrong with a Draft: a sentence each.
type Problems []string

func (p Problems) Error() string { return strings.Join(p, "; ") }

// Parse checks and normalises a draft for a poll that is created now and will
// expire at expires. It returns what Create needs, or all Problems at once.
func (d Draft) Parse(now, expires time.Time) (Plan, error) {
	var problems Problems
	text := func(what, raw string, limit int) Text {
		t, err := ParseText(what, raw, limit)
		if err != nil {
			problems = append(problems, err.Error())
		}
		return t
	}
	number := func(what string, n, most int) int {
		if !within(n, most) {
			problems = append(problems, fmt.Sprintf("%s must be a whole number from 1 to %d", what, most))
		}
		return n
	}
	topic := text("topic", d.Topic, MaxTopic)
	votes := number("votesPerVoter", d.VotesPerVoter, MaxVotesPerVoter)
	name, err := ParseName(d.Name)
	if err != nil {
		problems = append(problems, err.Error())
	}
	s := Settings{
		Topic:               topic.Text,
		Method:              tally.Method(cmp.Or(d.Method, string(tally.Score))),
		Seats:               number("seats", cmp.Or(d.Seats, 1), MaxSeats),
		VotesPerVoter:       votes,
		NominationsPerVoter: number("nominationsPerVoter", cmp.Or(d.NominationsPerVoter, 10), MaxNominationsPerVoter),
		AllowPartial:        d.AllowPartial == nil || *d.AllowPartial,
		ChangeableVote:      d.ChangeableVote == nil || *d.ChangeableVote,
		ShowTurnout:         d.ShowTurnout == nil || *d.ShowTurnout,
		DeclareTies:         d.DeclareTies,
		Reveal:              d.Reveal,
		HostNominates:       d.HostNominates,
		ApproveNominations:  d.ApproveNominations,
		Anonymous:           d.Anonymous,
		Shuffle:             d.Shuffle == nil || *d.Shuffle,
		EqualRanks:          d.EqualRanks,
	}
	var wrong error
	if s.Admission, wrong = ParseAdmission(d.Admission); wrong != nil {
		problems = append(problems, wrong.Error())
	}
	if !known(s.Method) {
		problems = append(problems, fmt.Sprintf("method must be one of %s", methodNames(known)))
	} else if s.Method != tally.STV && s.Seats > 1 && s.Seats <= MaxSeats {
		problems = append(problems, "seats must be 1 unless the method is stv")
	} else if wrong := s.Check(); s.EqualRanks && !TakesEqualRanks(s.Method) {
		problems = append(problems, wrong.Error())
	}
	var problem string
	if s.ClosesAt, problem = parseClosesAt(d.ClosesAt, now, expires); problem != "" {
		problems = append(problems, problem)
	}
	options, amiss := d.options()
	if problems = append(problems, amiss...); problems != nil {
		return Plan{}, problems
	}
	return Plan{Settings: s, Name: name, Options: options}, nil
}

// options parses the options, of which no two may be the same.
func (d Draft) options() (options []Option, problems Problems) {
	first := make(map[string]int, len(d.Options))
	for i, raw := range d.Options {
		o, err := ParseOption(raw.Text, raw.Note, raw.Link)
		if err != nil {
			problems = append(problems, fmt.Sprintf("options[%d].%s", i, err))
			continue
		}
		if same, twice := first[o.Text.Key]; twice {
			problems = append(problems, fmt.Sprintf("options[%d].text must not be the same as options[%d].text", i, same))
		}
		first[o.Text.Key] = i
		options = append(options, o)
	}
	return options, problems
}

func parseClosesAt(raw string, now, expires time.Time) (closesAt time.Time, problem string) {
	if raw == "" {
		return time.Time{}, ""
	}
	t, err := time.Parse(time.RFC3339, raw)
	latest := votingEnd(now, expires)
	switch {
	case err != nil:
		return t, "closesAt must be a time such as 2030-01-31T18:00:00Z"
	case !t.After(now):
		return t, "closesAt must be in the future"
	case t.After(latest):
		return t, fmt.Sprintf("closesAt must not be after %s, when voting in this poll ends in any case", latest.Format(time.RFC3339))
	}
	return truncate(t), ""
}

func known(m tally.Method) bool { return slices.Contains(tally.Methods(), m) }

// methodNames lists the methods of a kind.
func methodNames(kind func(tally.Method) bool) string {
	var names []string
	for _, m := range tally.Methods() {
		if kind(m) {
			names = append(names, string(m))
		}
	}
	return strings.Join(names, ", ")
}
