package ballotfile

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/caucus-live/caucus/internal/tally"
)

// What the export of a poll calls itself, and a file of ballots that [Write] wrote.
const (
	exportFormat  = "caucus-poll-1"
	ballotsFormat = "caucus-ballots-1"
)

// readJSON reads the export of a poll: its settings, its nominations, its ballots, each
// with a list of the ids of nominations, and its seed. What else is in it is not read.
// That the seed is the one that was committed to is not checked here.
//
// It also reads what [Write] writes, whose ballots have a count, and in whose rankings a list
// is of options at one rank, an empty list a rank left empty, and null an overvote.
func readJSON(name string, r io.Reader) (*File, error) {
	x := &export{jsonFile: newJSONFile(name, r), ids: make(map[string]int)}
	if err := x.read(); err != nil {
		return nil, err
	}
	return x.file()
}

// An export reads one file.
type export struct {
	jsonFile
	roster // of the texts of the nominations

	format      string
	settings    exportSettings
	nominations []struct {
		ID   string `json:"id"`
		Text string `json:"text"`
	}
	seed    string
	key     []byte // the seed, decoded
	ballots urn
	ballot  tally.Ballot   // being read
	list    [][]byte       // its ids; nil for an overvote
	ranks   []int          // their ranks; nil: one after the other
	ids     map[string]int // to the number that stands for an id in ballots
	used    []use          // by that number
}

// exportSettings are those of a poll that matter to a count.
type exportSettings struct {
	Topic         string       `json:"topic"`
	Method        tally.Method `json:"method"`
	Seats         int          `json:"seats"`
	VotesPerVoter int          `json:"votesPerVoter"`
	DeclareTies   bool         `json:"declareTies"`
	EqualRanks    bool         `json:"equalRanks,omitempty"`
}

// A use is an id on a ballot, and where it was first.
type use struct {
	id           string
	line, column int
}

// read reads the whole file.
func (x *export) read() error {
	seen := make(map[string]bool)
	err := x.object("The export of a poll is a JSON object.", func(key string) error {
		seen[key] = true
		return x.member(key)
	})
	if err != nil {
		return err
	}
	for _, key := range []string{"format", "nominations", "ballots"} {
		if !seen[key] {
			return x.errorf(math.MaxInt64, "The export has no %q.", key)
		}
	}
	return nil
}

// member reads the value of a key.
func (x *export) member(key string) error {
	var to any
	switch key {
	case "format":
		to = &x.format
	case "settings":
		to = &x.settings
	case "nominations":
		to = &x.nominations
	case "seed":
		to = &x.seed
	case "ballots":
		return x.readBallots()
	default:
		_, err := x.pass()
		return err
	}
	start, err := x.decodeBy(json.Unmarshal, to)
	if err != nil {
		return err
	}
	if complaint := x.check(key); complaint != "" {
		return x.errorf(start, "%s", complaint)
	}
	return nil
}

// check returns what is wrong with the value of a key.
func (x *export) check(key string) (complaint string) {
	switch key {
	case "format":
		if x.format != exportFormat && x.format != ballotsFormat {
			return fmt.Sprintf("The format is %q, but only %q can be read.", x.format, exportFormat)
		}
	case "settings":
		if s := &x.settings; s.Method != "" && !slices.Contains(tally.Methods(), s.Method) {
			return fmt.Sprintf("There is no method %q.", s.Method)
		} else if s.Seats < 0 || s.Seats > tally.MaxOptions || s.VotesPerVoter < 0 {
			return fmt.Sprintf("%d seats and %d votes a voter cannot be.", s.Seats, s.VotesPerVoter)
		}
	case "nominations":
		ids := make(map[string]bool)
		for _, n := range x.nominations {
			if complaint := x.add(n.Text); complaint != "" {
				return complaint
			}
			if n.ID == "" || strings.ContainsFunc(n.ID, unicode.IsControl) || ids[n.ID] {
				return fmt.Sprintf("The id %q of a nomination is empty, not plain text, or there twice.", n.ID)
			}
			ids[n.ID] = true
		}
	case "seed":
		var err error
		if x.key, err = hex.DecodeString(x.seed); err != nil {
			return "The seed is not in hexadecimal."
		}
	}
	return ""
}

func (x *export) readBallots() error {
	if err := x.delim('[', "The ballots should be a list."); err != nil {
		return err
	}
	if err := x.readSwiftly(); err != nil {
		return err
	}
	for x.dec.More() {
		var b struct {
			Receipt json.RawMessage `json:"receipt"` // which is not used
			Count   *json.Number    `json:"count"`
			Ranking json.RawMessage `json:"ranking"`
			Ranks   []int           `json:"ranks"`
		}
		start, err := x.decodeKnown(&b)
		if err != nil {
			return err
		}
		w := weight{1, 1}
		if b.Count != nil {
			var ok bool
			if w, ok = parseWeight([]byte(*b.Count)); !ok {
				return x.errorf(start, "The number of ballots must be a number such as 7 or 4.5, not %q.", *b.Count)
			}
		}
		x.ranks = nil
		var ok bool
		if x.list, ok = elements(x.list[:0], b.Ranking); !ok {
			if !x.readRanks(b.Ranking) {
				return x.errorf(start, "The ranking of a ballot is a list of the ids of nominations.")
			}
		}
		if b.Ranks != nil {
			if x.ranks != nil || len(b.Ranks) != len(x.list) || !slices.IsSorted(b.Ranks) || len(b.Ranks) > 0 && b.Ranks[0] < 1 {
				return x.errorf(start, "The ranks of a ballot are a number from 1 for each option of its ranking, never falling.")
			}
			x.ranks = b.Ranks
		}
		if err := x.putAll(start, w); err != nil {
			return err
		}
	}
	return x.delim(']', "The list of ballots does not end here.")
}

// putAll puts the ballot that has the ids of list, and is at an offset, among the others.
func (x *export) putAll(offset int64, w weight) error {
	line, column := x.at(offset)
	if complaint := x.put(line, column, w); complaint != "" {
		return &Error{x.name, line, column, complaint}
	}
	return nil
}

// readRanks reads a ranking in which some ranks are lists. It reports whether it is one.
func (x *export) readRanks(ranking json.RawMessage) bool {
	var groups []json.RawMessage
	if !bytes.HasPrefix(ranking, []byte("[")) || json.Unmarshal(ranking, &groups) != nil {
		return false
	}
	x.list, x.ranks = x.list[:0], []int{}
	for i, group := range groups {
		var id string
		var ids []string
		switch {
		case string(group) == "null":
			x.list, x.ranks = append(x.list, nil), append(x.ranks, i+1)
			continue
		case json.Unmarshal(group, &id) == nil:
			ids = []string{id}
		case json.Unmarshal(group, &ids) != nil:
			return false
		}
		for _, id := range ids {
			x.list, x.ranks = append(x.list, []byte(id)), append(x.ranks, i+1)
		}
	}
	return true
}

// put does as putAll. It returns a sentence if that cannot be.
func (x *export) put(line, column int, w weight) (complaint string) {
	x.ballot = tally.Ballot{Ranking: x.ballot.Ranking[:0], Ranks: x.ranks}
	for i, id := range x.list {
		if id == nil {
			x.ballot.Ranking = append(x.ballot.Ranking, tally.Overvoted)
			continue
		}
		number, known := x.ids[string(id)]
		if !known {
			if len(x.used) == tally.MaxOptions {
				return fmt.Sprintf("There are more than %d options.", tally.MaxOptions)
			}
			number = len(x.used)
			x.ids[string(id)] = number
			x.used = append(x.used, use{string(id), line, column})
		}
		if j := slices.Index(x.ballot.Ranking, number); j >= 0 && (x.format != ballotsFormat || x.together(number, i)) {
			return fmt.Sprintf("The nomination %s is twice on this ballot.", quote(id))
		}
		x.ballot.Ranking = append(x.ballot.Ranking, number)
	}
	return x.ballots.add(x.ballot, w)
}

// together reports whether an option was met before at the rank of the entry i of list.
func (x *export) together(number, i int) bool {
	for j, other := range x.ballot.Ranking {
		if other == number && x.rank(j) == x.rank(i) {
			return true
		}
	}
	return false
}

// rank returns the rank of the entry i of list.
func (x *export) rank(i int) int {
	if x.ranks == nil {
		return i + 1
	}
	return x.ranks[i]
}

// elements appends the texts of a list to dst, if list, which is valid JSON, is one of
// texts. It does what json.Unmarshal would, but for most lists without an allocation.
func elements(dst [][]byte, list []byte) ([][]byte, bool) {
	if bytes.IndexByte(list, '\\') >= 0 {
		var texts []*string
		ok := json.Unmarshal(list, &texts) == nil && !slices.Contains(texts, nil)
		for i := 0; ok && i < len(texts); i++ {
			dst = append(dst, []byte(*texts[i]))
		}
		return dst, ok
	}
	rest, ok := bytes.CutPrefix(list, []byte("["))
	for ok {
		rest = bytes.TrimLeft(rest, " \t\r\n,")
		if rest[0] == ']' {
			return dst, true
		}
		var text []byte
		if rest, ok = bytes.CutPrefix(rest, []byte{'"'}); ok {
			text, rest, _ = bytes.Cut(rest, []byte{'"'})
			dst = append(dst, text)
		}
	}
	return dst, false
}

// file is what was read.
func (x *export) file() (*File, error) {
	options, place := make([]string, len(x.nominations)), make(map[string]int)
	for i, n := range x.nominations {
		options[i], place[n.ID] = n.ID, i
	}
	to := make([]int, len(x.used))
	for i, u := range x.used {
		option, known := place[u.id]
		if !known {
			return nil, &Error{x.name, u.line, u.column, fmt.Sprintf("There is no nomination %s.", quote([]byte(u.id)))}
		}
		to[i] = option
	}
	ballots := x.ballots.Ballots()
	for _, b := range ballots {
		for i, number := range b.Ranking {
			if number != tally.Overvoted {
				b.Ranking[i] = to[number]
			}
		}
	}
	s := &x.settings
	var overvotes tally.Overvote
	if s.EqualRanks {
		overvotes = tally.OvervoteShare
	}
	return &File{
		Title: s.Topic, Names: x.names, Method: s.Method,
		Election: tally.Election{
			Options: options, Ballots: ballots, Folded: true, Unit: x.ballots.unit(), Seats: s.Seats, VotesPerVoter: s.VotesPerVoter,
			Seed: x.key, DeclareTies: s.DeclareTies, Overvotes: overvotes,
		},
	}, nil
}
