package ballotfile

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
)

// A dominionExport reads Dominion's export of cast vote records in JSON, which is several
// files: manifests of the contests and the candidates, and one or more CvrExport files, whose
// sessions have the ballots.
//
// As in RCTab, what counts is a session's original, or if that is not current, what it was
// modified to; and every mark in it that is not ambiguous, at its rank. Write-ins are one
// option together, but qualified ones are themselves.
type dominionExport struct {
	records
	files      fs.FS
	contests   map[string]string     // names by id
	candidates map[string][]optionID // by contest

	sums     map[string]string   // of the files of ballots: their names
	disabled map[string][]string // names of candidates, by contest

	notCurrent, ambiguous int
}

// The names of the files.
const (
	dominionContests   = "ContestManifest.json"
	dominionCandidates = "CandidateManifest.json"
	dominionRecords    = "CvrExport"
)

// isDominion reports whether a file has ballots of the export.
func isDominion(name string) bool {
	base := path.Base(name)
	return strings.HasPrefix(base, dominionRecords) && path.Ext(base) == ".json"
}

type dominionManifest struct {
	List []struct {
		Description string
		ID          json.Number `json:"Id"`
		ContestID   json.Number `json:"ContestId"`
		Type        string
		Disabled    any // 1 or true
	}
}

type dominionSession struct {
	Original, Modified *dominionBallot
}

type dominionBallot struct {
	IsCurrent bool
	Contests  []dominionContest
	Cards     []struct{ Contests []dominionContest }
}

type dominionContest struct {
	ID    json.Number `json:"Id"`
	Marks []struct {
		CandidateID json.Number `json:"CandidateId"`
		Rank        *int
		IsAmbiguous bool
	}
}

// readDominion reads the export that these of the files in a folder belong to.
func (o Reader) readDominion(name string, files fs.FS, exports []string) (*File, error) {
	d := &dominionExport{
		records: records{file: name}, files: files,
		contests: make(map[string]string), candidates: make(map[string][]optionID), sums: make(map[string]string), disabled: make(map[string][]string),
	}
	folder := path.Dir(exports[0])
	if err := d.readManifests(folder); err != nil {
		return nil, err
	}
	for _, export := range exports {
		if path.Dir(export) != folder {
			return nil, d.refuse("There are exports of Dominion in several folders: %s and %s. Count one of them.", quote([]byte(folder)), quote([]byte(path.Dir(export))))
		}
		if err := d.readSessions(export); err != nil {
			return nil, err
		}
	}
	label := func(id string) string { return d.contests[id] }
	id, err := d.choose(o.Contest, label)
	if err != nil {
		return nil, err
	}
	f, err := d.election(id, label(id), d.candidates[id])
	if err != nil {
		return nil, err
	}
	if d.notCurrent > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("Sessions of which no version is current: %d. They are not counted.", d.notCurrent))
	}
	if disabled := d.disabled[id]; len(disabled) > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("Candidates that are disabled in %s, but stand here: %s.", dominionCandidates, and(quoteAll(disabled))))
	}
	if d.ambiguous > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("Ambiguous marks, in all contests: %d. They are not counted.", d.ambiguous))
	}
	return f, nil
}

// readManifests reads what contests and candidates are called.
func (d *dominionExport) readManifests(folder string) error {
	contests, err := d.manifest(folder, dominionContests)
	if err != nil {
		return err
	}
	for _, c := range contests.List {
		d.contests[c.ID.String()] = strings.TrimSpace(c.Description)
	}
	candidates, err := d.manifest(folder, dominionCandidates)
	if err != nil {
		return err
	}
	for _, c := range candidates.List {
		option := optionID{c.ID.String(), strings.TrimSpace(c.Description)}
		if strings.EqualFold(c.Type, "WriteIn") {
			option.name = writeIns
		}
		contest := c.ContestID.String()
		d.candidates[contest] = append(d.candidates[contest], option)
		if c.Disabled == true || c.Disabled == 1.0 {
			d.disabled[contest] = append(d.disabled[contest], option.name)
		}
	}
	return nil
}

// manifest reads one of the lists of names.
func (d *dominionExport) manifest(folder, name string) (*dominionManifest, error) {
	name = path.Join(folder, name)
	file, err := d.files.Open(name)
	if err != nil {
		return nil, d.refuse("There is no %s beside the records: it has the names. Count the whole folder of the export.", path.Base(name))
	}
	defer file.Close()
	j := newJSONFile(path.Join(d.file, name), decode(buffered(file)))
	m := new(dominionManifest)
	return m, j.decode(m)
}

// readSessions reads the ballots of a file.
func (d *dominionExport) readSessions(name string) error {
	file, err := d.files.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	sum := sha256.New()
	j := newJSONFile(path.Join(d.file, name), decode(buffered(io.TeeReader(file, sum))))
	if err := d.readAll(&j); err != nil {
		return err
	}
	key := string(sum.Sum(nil))
	if other := d.sums[key]; other != "" {
		return &Error{j.name, 1, 1, fmt.Sprintf("This is the same as %s: delete one of the two.", quote([]byte(path.Base(other))))}
	}
	d.sums[key] = name
	return nil
}

// readAll reads the sessions of a file to its end.
func (d *dominionExport) readAll(j *jsonFile) error {
	return j.object("The export is a JSON object.", func(key string) error {
		if key != "Sessions" {
			_, err := j.pass()
			return err
		}
		return j.each("The sessions should be a list.", func(start int64) error {
			var s dominionSession
			if err := j.decode(&s); err != nil {
				return err
			}
			if complaint := d.session(&s); complaint != "" {
				return j.errorf(start, "%s", complaint)
			}
			return nil
		})
	})
}

// session adds the ballots of a session.
func (d *dominionExport) session(s *dominionSession) (complaint string) {
	ballot := s.Original
	if ballot == nil || !ballot.IsCurrent {
		ballot = s.Modified
	}
	if ballot == nil || !ballot.IsCurrent {
		d.notCurrent++
		return ""
	}
	contests := ballot.Contests
	for _, card := range ballot.Cards {
		contests = append(contests, card.Contests...)
	}
	seen := make(map[string]bool)
	for _, c := range contests {
		id := c.ID.String()
		switch _, known := d.contests[id]; {
		case !known:
			return fmt.Sprintf("The contest %s is not in %s.", quote([]byte(id)), dominionContests)
		case seen[id]:
			return fmt.Sprintf("The contest %s is twice in this session.", quote([]byte(d.contests[id])))
		}
		seen[id] = true
		if complaint := d.take(id, &c); complaint != "" {
			return complaint
		}
	}
	return ""
}

// take adds a ballot of a contest.
func (d *dominionExport) take(id string, c *dominionContest) (complaint string) {
	var marks []position
	for _, m := range c.Marks {
		candidate := m.CandidateID.String()
		switch {
		case m.IsAmbiguous:
			d.ambiguous++
			continue
		case !d.stands(id, candidate):
			return fmt.Sprintf("The candidate %s of the contest %s is not in %s.", quote([]byte(candidate)), quote([]byte(d.contests[id])), dominionCandidates)
		case m.Rank == nil:
			return "A mark has no rank."
		}
		marks = append(marks, position{candidate, *m.Rank})
	}
	return d.put(id, marks)
}

// stands reports whether a candidate is one of the contest.
func (d *dominionExport) stands(contest, candidate string) bool {
	for _, o := range d.candidates[contest] {
		if o.id == candidate {
			return true
		}
	}
	return false
}
