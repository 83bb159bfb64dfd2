package ballotfile

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// readCDF reads NIST's Common Data Format for cast vote records (SP 1500-103) in JSON, as
// RCTab does: of each record the current snapshot, of that the positions that have an
// indication and are allocable, at their ranks. Write-ins are one option together.
func (o Reader) readCDF(name string, r io.Reader) (*File, error) {
	c := &cdf{jsonFile: newJSONFile(name, r), records: records{file: name}}
	if err := c.read(); err != nil {
		return nil, err
	}
	id, err := c.choose(o.Contest, c.label)
	if err != nil {
		return nil, err
	}
	return c.election(id, c.label(id), c.options(id))
}

// A cdf reads one file.
type cdf struct {
	jsonFile
	records
	elections []cdfElection
	some      bool // there are records
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
	cdfVotes
	SelectionPosition []struct {
		HasIndication string
		IsAllocable   string
		Rank          *int
		CVRWriteIn    *json.RawMessage
		cdfVotes
	}
}

// cdfVotes is how many votes a mark says that it is, if it does.
type cdfVotes struct {
	NumberVotes, TotalNumberVotes         *float64
	FractionalVotes, TotalFractionalVotes any
}

// obstacle returns why marks of that many votes are not ranks.
func (v *cdfVotes) obstacle() string {
	for _, n := range []*float64{v.NumberVotes, v.TotalNumberVotes} {
		if n != nil && *n != 1 {
			return fmt.Sprintf(cdfUnranked, fmt.Sprintf("has %v votes", *n))
		}
	}
	if v.FractionalVotes != nil || v.TotalFractionalVotes != nil {
		return fmt.Sprintf(cdfUnranked, "has a part of a vote")
	}
	return ""
}

const cdfUnranked = "A position that was indicated %s: only ranked contests can be counted."

// read reads the whole file.
func (c *cdf) read() error {
	err := c.object("A report of cast vote records is a JSON object.", func(key string) error {
		switch key {
		case "CVR":
			return c.each("The records should be a list.", c.record)
		case "Election":
			if err := c.decode(&c.elections); err != nil {
				return err
			}
			return c.distinct()
		default:
			_, err := c.pass()
			return err
		}
	})
	if err == nil && !c.some {
		return c.errorf(math.MaxInt64, "The report has no records.")
	}
	return err
}

// distinct refuses elections in which an id stands for several contests or candidates.
func (c *cdf) distinct() error {
	seen := make(map[string]bool)
	for _, e := range c.elections {
		ids := make([]string, 0, len(e.Contest)+len(e.Candidate))
		for i := range e.Contest {
			ids = append(ids, e.Contest[i].ID)
		}
		for _, candidate := range e.Candidate {
			ids = append(ids, candidate.ID)
		}
		for _, id := range ids {
			if seen[id] {
				return c.errorf(c.offset(), "The id %s is that of two contests or candidates above: each has its own.", quote([]byte(id)))
			}
			seen[id] = true
		}
	}
	return nil
}

// record reads a record, and puts its ballots into the urns of their contests.
func (c *cdf) record(start int64) error {
	var record cdfRecord
	if err := c.decode(&record); err != nil {
		return err
	}
	c.some = true
	i := 0
	if len(record.CVRSnapshot) != 1 || record.CurrentSnapshotID != "" {
		for i < len(record.CVRSnapshot) && record.CVRSnapshot[i].ID != record.CurrentSnapshotID {
			i++
		}
	}
	if i == len(record.CVRSnapshot) {
		return c.errorf(start, "This record does not have the snapshot that it says is the current one.")
	}
	seen := make(map[string]bool)
	for _, contest := range record.CVRSnapshot[i].CVRContest {
		if contest.ContestID == "" {
			return c.errorf(start, "A contest of this record has no ContestId.")
		}
		if seen[contest.ContestID] {
			return c.errorf(start, "The contest %s is twice in this record.", quote([]byte(contest.ContestID)))
		}
		seen[contest.ContestID] = true
		marks, obstacle := cdfMarks(contest.CVRContestSelection)
		complaint := c.put(contest.ContestID, marks)
		if complaint != "" {
			return c.errorf(start, "%s", complaint)
		}
		if of := c.contest(contest.ContestID); obstacle != "" && of.broken == nil {
			of.broken = c.errorf(start, "%s", obstacle)
		}
	}
	return nil
}

// cdfMarks returns the marks of a contest on a ballot, or what makes it one that cannot be counted:
// a mark without a rank, of several votes, or of which it is not clear whether it counts.
func cdfMarks(selections []cdfSelection) (marks []position, obstacle string) {
	for _, s := range selections {
		status := fmt.Sprint(s.Status)
		if strings.Contains(status, "needs-adjudication") {
			continue
		}
		before := len(marks)
		if s.Rank != nil {
			marks = append(marks, position{s.ContestSelectionID, *s.Rank})
			s.SelectionPosition = nil
		}
		for _, p := range s.SelectionPosition {
			for _, answer := range []string{p.HasIndication, p.IsAllocable} {
				if !slices.Contains([]string{"", "yes", "no", "unknown"}, answer) {
					return nil, fmt.Sprintf("A position says %s, which should be yes, no or unknown.", quote([]byte(answer)))
				}
			}
			if p.HasIndication == "no" || p.IsAllocable == "no" {
				continue
			}
			if p.Rank == nil {
				return nil, fmt.Sprintf(cdfUnranked, "has no rank")
			}
			if obstacle := p.obstacle(); obstacle != "" {
				return nil, obstacle
			}
			id := s.ContestSelectionID
			if p.CVRWriteIn != nil {
				id = writeIns
			}
			marks = append(marks, position{id, *p.Rank})
		}
		if len(marks) == before {
			continue
		}
		if obstacle := s.obstacle(); obstacle != "" {
			return nil, obstacle
		}
		if strings.Contains(status, "invalidated") {
			return nil, "A mark has the status invalidated-rules: write no in its IsAllocable if it does not count, and else delete the status."
		}
	}
	return marks, ""
}

// about returns what the report says of a contest, or nil.
func (c *cdf) about(id string) *cdfContest {
	for e := range c.elections {
		for i := range c.elections[e].Contest {
			if contest := &c.elections[e].Contest[i]; contest.ID == id {
				return contest
			}
		}
	}
	return nil
}

// label returns what people call a contest.
func (c *cdf) label(id string) string {
	if contest := c.about(id); contest != nil && contest.Name != "" {
		return contest.Name
	}
	return id
}

// options returns the options of a contest that the report names.
func (c *cdf) options(id string) []optionID {
	contest := c.about(id)
	if contest == nil {
		return nil
	}
	candidates := make(map[string]string)
	for _, e := range c.elections {
		for _, candidate := range e.Candidate {
			candidates[candidate.ID] = candidate.Name
		}
	}
	var all []optionID
	for _, s := range contest.ContestSelection {
		n := optionID{s.ID, s.ID}
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
