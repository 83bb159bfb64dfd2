package poll

import (
	"cmp"
	"errors"
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
		return usual, Problems{numberRange.Refuse("lifetime", least, longest)}
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

// Problems are what is wrong with a Draft, all at once.
type Problems []*Error

func (p Problems) Error() string {
	sentences := make([]string, len(p))
	for i, e := range p {
		sentences[i] = e.Message
	}
	return strings.Join(sentences, "; ")
}

// Add adds a refusal, if err is one.
func (p *Problems) Add(err error) {
	if refused, ok := errors.AsType[*Error](err); ok {
		*p = append(*p, refused)
	}
}

// Parse checks and normalises a draft for a poll that is created now and will
// expire at expires. It returns what Create needs, or all Problems at once.
func (d Draft) Parse(now, expires time.Time) (Plan, error) {
	var problems Problems
	text := func(what, raw string, limit int) Text {
		t, err := ParseText(what, raw, limit)
		problems.Add(err)
		return t
	}
	number := func(what string, n, most int) int {
		if !within(n, most) {
			problems.Add(numberRange.Refuse(what, 1, most))
		}
		return n
	}
	topic := text("topic", d.Topic, MaxTopic)
	votes := number("votesPerVoter", d.VotesPerVoter, MaxVotesPerVoter)
	name, err := ParseName(d.Name)
	problems.Add(err)
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
	s.Admission, wrong = ParseAdmission(d.Admission)
	problems.Add(wrong)
	if !known(s.Method) {
		problems.Add(unknownMethod.Refuse(methodNames(known)))
	} else if s.Method != tally.STV && s.Seats > 1 && s.Seats <= MaxSeats {
		problems.Add(seatsWithoutSTV.Refuse())
	} else if wrong := s.Check(); s.EqualRanks && !TakesEqualRanks(s.Method) {
		problems.Add(wrong)
	}
	s.ClosesAt, wrong = parseClosesAt(d.ClosesAt, now, expires)
	problems.Add(wrong)
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
		o, err := parseOption(fmt.Sprintf("options[%d].", i), raw.Text, raw.Note, raw.Link)
		if err != nil {
			problems.Add(err)
			continue
		}
		if same, twice := first[o.Text.Key]; twice {
			problems.Add(sameOption.Refuse(fmt.Sprintf("options[%d].text", i), fmt.Sprintf("options[%d].text", same)))
		}
		first[o.Text.Key] = i
		options = append(options, o)
	}
	return options, problems
}

func parseClosesAt(raw string, now, expires time.Time) (time.Time, error) {
	if raw == "" {
		return time.Time{}, nil
	}
	t, err := ParseTime("closesAt", raw)
	latest := votingEnd(now, expires)
	switch {
	case err != nil:
		return t, err
	case !t.After(now):
		return t, timePast.Refuse("closesAt")
	case t.After(latest):
		return t, timeTooLate.Refuse("closesAt", latest)
	}
	return truncate(t), nil
}

// ParseTime reads the time that a field has, in RFC 3339, or refuses it with an *Error.
func ParseTime(field, raw string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, raw)
	if err != nil {
		return t, notATime.Refuse(field, "2030-01-31T18:00:00Z")
	}
	return t, nil
}

func known(m tally.Method) bool { return slices.Contains(tally.Methods(), m) }

// methodNames lists the methods of a kind.
func methodNames(kind func(tally.Method) bool) (names []string) {
	for _, m := range tally.Methods() {
		if kind(m) {
			names = append(names, string(m))
		}
	}
	return names
}
