package ballotfile

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/caucus-live/caucus/internal/tally"
)

// writeIns is the option that stands for all write-ins of a cast vote record.
const writeIns = "Undeclared Write-ins"

// readCDF reads NIST's Common Data Format for cast vote records (SP 1500-103) in JSON, as
// RCTab does: of each record the current snapshot, of that the positions that have an
// indication and are allocable, at their ranks. Write-ins are one option together.
func (o Reader) readCDF(name string, r io.Reader) (*File, error) {
	t := &tracker{r: r, line: 1, column: 1}
	c := &cdf{export: export{name: name, tracker: t, dec: json.NewDecoder(t)}, byID: make(map[string]*cdfBallots)}
	if err := c.read(); err != nil {
		return nil, err
	}
	return c.file(o.Contest)
}

// A cdf reads one file.
type cdf struct {
	export    // for its place in the file
	elections []cdfElection
	order     []string // ids of contests, as they come
	byID      map[string]*cdfBallots
	records   int
}

// A cdfBallots is the ballots of a contest. Options are numbered as they come.
type cdfBallots struct {
	numbers map[string]int // by the id of a selection, or writeIns
	ids     []string
	urn     urn
	where   int64 // the offset of the first record that has it
}

type cdfElection struct {
	Name      string
	Candidate []struct {
		ID   string `json:"@id"`
		Name string
	}
	Contest []cdfContest
}

type cdfContest struct {
	ID               string `json:"@id"`
	Name             string
	ContestSelection []struct {
		ID           string   `json:"@id"`
		Type         string   `json:"@type"`
		CandidateIDs []string `json:"CandidateIds"`
		IsWriteIn    bool
		Selection    any // of a ballot measure: what it says
	}
}

type cdfRecord struct {
	CurrentSnapshotID string `json:"CurrentSnapshotId"`
	CVRSnapshot       []struct {
		ID         string `json:"@id"`
		CVRContest []struct {
			ContestID           string `json:"ContestId"`
			CVRContestSelection []cdfSelection
		}
	}
}

type cdfSelection struct {
	ContestSelectionID string `json:"ContestSelectionId"`
	Rank               *int
	Status             any
	SelectionPosition  []struct {
		HasIndication string
		IsAllocable   string
		NumberVotes   *json.Number
		Rank          *int
		CVRWriteIn    *json.RawMessage
	}
}

// read reads the whole file.
func (c *cdf) read() error {
	if err := c.delim('{', "A report of cast vote records is a JSON object."); err != nil {
		return err
	}
	for c.dec.More() {
		start := c.start()
		token, err := c.dec.Token()
		if err != nil {
			return c.wrap(start, err)
		}
		switch token {
		case "CVR":
			err = c.readRecords()
		case "Election":
			err = c.decode(&c.elections)
		default:
			err = c.decode(new(json.RawMessage))
		}
		if err != nil {
			return err
		}
	}
	return c.delim('}', "The object does not end here.")
}

func (c *cdf) decode(to any) error {
	start := c.start()
	if err := c.dec.Decode(to); err != nil {
		return c.wrap(start, err)
	}
	return nil
}

// readRecords reads the records one by one.
func (c *cdf) readRecords() error {
	if err := c.delim('[', "The records should be a list."); err != nil {
		return err
	}
	for c.dec.More() {
		start := c.start()
		var record cdfRecord
		if err := c.decode(&record); err != nil {
			return err
		}
		c.records++
		if complaint := c.take(&record, start); complaint != "" {
			return c.errorf(start, "%s", complaint)
		}
	}
	return c.delim(']', "The list of records does not end here.")
}

// take puts the ballots of a record into the urns of their contests.
func (c *cdf) take(record *cdfRecord, start int64) (complaint string) {
	i := 0
	if len(record.CVRSnapshot) != 1 || record.CurrentSnapshotID != "" {
		for i < len(record.CVRSnapshot) && record.CVRSnapshot[i].ID != record.CurrentSnapshotID {
			i++
		}
	}
	if i == len(record.CVRSnapshot) {
		return "This record does not have the snapshot that it says is the current one."
	}
	for _, contest := range record.CVRSnapshot[i].CVRContest {
		ballots := c.byID[contest.ContestID]
		if ballots == nil {
			if len(c.order) == maxTexts {
				return fmt.Sprintf("There are more than %d contests.", maxTexts)
			}
			ballots = &cdfBallots{numbers: make(map[string]int), where: start}
			c.byID[contest.ContestID] = ballots
			c.order = append(c.order, contest.ContestID)
		}
		if complaint := ballots.take(contest.CVRContestSelection); complaint != "" {
			return complaint
		}
	}
	return ""
}

// take puts one ballot into the urn.
func (c *cdfBallots) take(selections []cdfSelection) (complaint string) {
	t := &table{}
	place := func(id string, rank int) string {
		n, known := c.numbers[id]
		if !known {
			if n = len(c.ids); n == tally.MaxOptions {
				return fmt.Sprintf("There are more than %d options.", tally.MaxOptions)
			}
			c.numbers[id] = n
			c.ids = append(c.ids, id)
		}
		for i, option := range t.ballot.Ranking {
			if option == n && t.ballot.Ranks[i] == rank {
				n = tally.Overvoted // two write-ins at one rank
			}
		}
		if rank < 1 || rank > math.MaxInt32 {
			return fmt.Sprintf("%d is not a rank.", rank)
		}
		t.rank(n, rank)
		return ""
	}
	for _, s := range selections {
		if needsAdjudication(s.Status) {
			continue
		}
		if s.Rank != nil {
			if complaint := place(s.ContestSelectionID, *s.Rank); complaint != "" {
				return complaint
			}
			continue
		}
		for _, p := range s.SelectionPosition {
			switch {
			case p.HasIndication == "no" || p.IsAllocable == "no":
				continue
			case p.Rank == nil:
				return "A position that was indicated has no rank: only ranked contests can be counted."
			}
			id := s.ContestSelectionID
			if p.CVRWriteIn != nil {
				id = writeIns
			}
			if complaint := place(id, *p.Rank); complaint != "" {
				return complaint
			}
		}
	}
	t.order()
	return c.urn.add(t.ballot, weight{1, 1})
}

func needsAdjudication(status any) bool {
	return strings.Contains(fmt.Sprint(status), "needs-adjudication")
}

// file makes a file of the contest of that name or id, or of the only one.
func (c *cdf) file(name string) (*File, error) {
	if c.records == 0 {
		return nil, c.errorf(math.MaxInt64, "The report has no records.")
	}
	labels := make([]string, len(c.order))
	chosen := -1
	for i, id := range c.order {
		labels[i] = id
		if contest := c.contest(id); contest != nil && contest.Name != "" {
			labels[i] = contest.Name
		}
		if len(c.order) == 1 && name == "" || name != "" && (plainText(labels[i]) == plainText(name) || id == name) {
			chosen = i
		}
	}
	switch {
	case len(c.order) == 0:
		return nil, &Error{c.name, 1, 1, "The records have no contest."}
	case chosen < 0 && name != "":
		return nil, &Error{c.name, 1, 1, fmt.Sprintf("There is no contest %s here, but %s.", quote([]byte(name)), and(quoteAll(labels)))}
	case chosen < 0:
		return nil, &Error{c.name, 1, 1, fmt.Sprintf("The file has several contests: %s. Choose one of them with -contest.", and(quoteAll(labels)))}
	}
	return c.fileOf(c.order[chosen], labels[chosen])
}

// contest returns what the report says of a contest, or nil.
func (c *cdf) contest(id string) *cdfContest {
	for e := range c.elections {
		for i := range c.elections[e].Contest {
			if contest := &c.elections[e].Contest[i]; contest.ID == id {
				return contest
			}
		}
	}
	return nil
}

// fileOf makes a file of a contest.
func (c *cdf) fileOf(id, label string) (*File, error) {
	ballots := c.byID[id]
	refuse := func(complaint string) error { return &Error{c.name, 1, 1, complaint} }
	names := c.selections(id)
	place := make(map[string]int) // by name
	f := &File{Title: label}
	var all roster
	to := make([]int, len(ballots.ids))
	add := func(name string) string {
		if _, known := place[name]; known {
			return ""
		}
		place[name] = len(all.names)
		return all.add(name)
	}
	unnamed := 0
	for _, s := range names {
		if _, twice := place[s.name]; twice && s.name != writeIns {
			return nil, refuse(fmt.Sprintf("The name %q is there twice.", s.name))
		}
		if complaint := add(s.name); complaint != "" {
			return nil, refuse(complaint)
		}
	}
	for _, id := range slices.Sorted(slices.Values(ballots.ids)) {
		i := slices.IndexFunc(names, func(s cdfName) bool { return s.id == id })
		name := id
		if i >= 0 {
			name = names[i].name
		} else if id != writeIns {
			unnamed++
		}
		if complaint := add(name); complaint != "" {
			return nil, refuse(complaint)
		}
		to[ballots.numbers[id]] = place[name]
	}
	f.Names = all.names
	f.Election = tally.Election{Options: slices.Clone(f.Names), Ballots: ballots.urn.Ballots(), Folded: true}
	for i := range f.Election.Ballots {
		rename(&f.Election.Ballots[i], to)
	}
	f.Election.Folded = len(place) == len(ballots.ids) // else two ids are one option
	if unnamed > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("Options that the report does not name: %d. They are called by their ids.", unnamed))
	}
	return f, nil
}

// rename numbers the options of a ballot as the file does. Where an option is then twice at
// one rank, as several write-ins are, that rank is an overvote.
func rename(b *tally.Ballot, to []int) {
	t := &table{}
	for i, option := range b.Ranking {
		rank := i + 1
		if b.Ranks != nil {
			rank = b.Ranks[i]
		}
		if option >= 0 {
			option = to[option]
		}
		for j, other := range t.ballot.Ranking {
			if other == option && t.ballot.Ranks[j] == rank {
				option = tally.Overvoted
			}
		}
		t.rank(option, rank)
	}
	t.order()
	b.Ranking, b.Ranks = t.ballot.Ranking, t.ballot.Ranks
}

// A cdfName is what a selection is called.
type cdfName struct{ id, name string }

// selections returns the names of a contest's selections.
func (c *cdf) selections(id string) []cdfName {
	contest := c.contest(id)
	if contest == nil {
		return nil
	}
	candidates := make(map[string]string)
	for _, e := range c.elections {
		for _, candidate := range e.Candidate {
			candidates[candidate.ID] = candidate.Name
		}
	}
	var all []cdfName
	for _, s := range contest.ContestSelection {
		n := cdfName{s.ID, s.ID}
		if text, ok := s.Selection.(string); ok {
			n.name = text
		}
		if len(s.CandidateIDs) > 0 && candidates[s.CandidateIDs[0]] != "" {
			n.name = candidates[s.CandidateIDs[0]]
		}
		if s.IsWriteIn {
			n.name = writeIns
		}
		all = append(all, n)
	}
	return all
}
