package ballotfile

import (
	"fmt"
	"math"
	"slices"

	"github.com/caucus-live/caucus/internal/tally"
)

// writeIns is the option that stands for all write-ins of the records of voting machines.
const writeIns = "Undeclared Write-ins"

// records are the ballots in the records of voting machines, by contest.
type records struct {
	file string // its name, for errors
	ids  []string
	byID map[string]*contestRecords
}

// A contestRecords is the ballots of a contest. Options are numbered as they come.
type contestRecords struct {
	numbers map[string]int // by the id of an option, or writeIns
	ids     []string
	urn     urn
	broken  error // why the contest cannot be counted; others of the file can
}

// A position is a mark at a rank, for the option of an id, or for one of the writeIns.
type position struct {
	id   string
	rank int
}

// An optionID is what an option is called in a file's records, and by people.
type optionID struct{ id, name string }

// contest returns the ballots of a contest, or nil if there are too many contests.
func (r *records) contest(id string) *contestRecords {
	c := r.byID[id]
	if c == nil && len(r.ids) < maxTexts {
		if r.byID == nil {
			r.byID = make(map[string]*contestRecords)
		}
		c = &contestRecords{numbers: make(map[string]int)}
		r.byID[id] = c
		r.ids = append(r.ids, id)
	}
	return c
}

// put adds a ballot of a contest. What is wrong with it is returned as a sentence.
func (r *records) put(contest string, marks []position) (complaint string) {
	c := r.contest(contest)
	if c == nil {
		return fmt.Sprintf("There are more than %d contests.", maxTexts)
	}
	var s slip
	for _, m := range marks {
		n, known := c.numbers[m.id]
		switch {
		case m.rank < 1 || m.rank > math.MaxInt32:
			return fmt.Sprintf("%d is not a rank.", m.rank)
		case !known && len(c.ids) == tally.MaxOptions:
			return fmt.Sprintf("There are more than %d options.", tally.MaxOptions)
		case !known:
			n = len(c.ids)
			c.numbers[m.id] = n
			c.ids = append(c.ids, m.id)
		}
		s.place(n, m.rank, m.id == writeIns)
	}
	s.order()
	return c.urn.add(s.ballot, weight{1, 1})
}

// place ranks an option. It may be there already: an option with two marks at one rank is
// there once, and two write-ins at one rank, who are different people, are an overvote.
func (s *slip) place(option, rank int, writeIn bool) {
	switch {
	case !s.has(option, rank):
		s.rank(option, rank)
	case writeIn:
		s.rank(tally.Overvoted, rank)
	}
}

// choose returns the contest of that name or id, or the only one. The label is what people
// call a contest.
func (r *records) choose(name string, label func(id string) string) (id string, err error) {
	labels := make([]string, len(r.ids))
	var found []string
	for i, id := range r.ids {
		labels[i] = label(id)
		if name == "" || id == name || plainText(labels[i]) == plainText(name) {
			found = append(found, id)
		}
	}
	switch {
	case len(r.ids) == 0:
		return "", r.refuse("The records have no contest.")
	case len(found) == 0:
		return "", r.refuse("There is no contest %s here, but %s.", quote([]byte(name)), and(quoteAll(labels)))
	case len(found) > 1 && name == "":
		return "", r.refuse("The file has several contests: %s. Choose one of them with -contest.", and(quoteAll(labels)))
	case len(found) > 1:
		return "", r.refuse("Several contests are called %s. Choose one of them by its id with -contest: %s.", quote([]byte(name)), and(quoteAll(found)))
	}
	return found[0], nil
}

func (r *records) refuse(format string, args ...any) error {
	return &Error{r.file, 1, 1, fmt.Sprintf(format, args...)}
}

// election makes a file of a contest that [records.choose] returned. Of its options, those that are known come first, in
// their order, then those that only the ballots have, by their ids.
func (r *records) election(id, title string, known []optionID) (*File, error) {
	c := r.byID[id]
	if c.broken != nil {
		return nil, c.broken
	}
	var all roster
	places := make(map[string]int) // by id
	unnamed := 0
	for _, id := range slices.Sorted(slices.Values(c.ids)) {
		if slices.ContainsFunc(known, func(o optionID) bool { return o.id == id }) {
			continue
		}
		known = append(known, optionID{id, id})
		if id != writeIns {
			unnamed++
		}
	}
	for _, o := range known {
		if i, twice := all.index[o.name]; twice && o.name == writeIns {
			places[o.id] = i
			continue
		}
		places[o.id] = len(all.names)
		if complaint := all.add(o.name); complaint != "" {
			return nil, r.refuse("%s", complaint)
		}
	}
	f := &File{Title: title, Names: all.names}
	f.Election = tally.Election{Options: slices.Clone(f.Names), Ballots: c.urn.Ballots(), Folded: len(known) == len(all.names)}
	for i := range f.Election.Ballots {
		rename(&f.Election.Ballots[i], c.ids, func(id string) (int, bool) { return places[id], all.names[places[id]] == writeIns })
	}
	if unnamed > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("Options that the file does not name: %d. They are called by their ids.", unnamed))
	}
	return f, nil
}

// rename numbers the options of a ballot as the file does.
func rename(b *tally.Ballot, ids []string, place func(id string) (option int, writeIn bool)) {
	var s slip
	for i, option := range b.Ranking {
		rank := i + 1
		if b.Ranks != nil {
			rank = b.Ranks[i]
		}
		if option == tally.Overvoted {
			s.rank(option, rank)
			continue
		}
		option, writeIn := place(ids[option])
		s.place(option, rank, writeIn)
	}
	s.order()
	b.Ranking, b.Ranks = s.ballot.Ranking, s.ballot.Ranks
}
