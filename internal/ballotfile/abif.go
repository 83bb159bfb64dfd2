package ballotfile

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"regexp"
	"slices"
	"strings"

	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/tally"
)

// readABIF reads the Aggregated Ballot Information Format of electorama.com:
//
//	{"title": "Council"}    metadata, of which the title is read
//	=A:[Ada Lovelace]       what a short name stands for
//	28:A>Bo                 how many ballots there are, and the options, best first
//	7:Bo>A=[Cy "C" Dee]     two at one rank, and a name in brackets
//	2:A/5,Bo/3,Cy/0         scores; 0 is not ranked
//
// What follows # is a comment, and what follows a ballot in braces is not read.
// Options are in the order in which short names are given, and then sorted.
func readABIF(s *source) (*File, error) {
	a := &abif{source: s, names: make(map[string]string)}
	for {
		err := s.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = a.line()
		}
		if err != nil {
			return nil, err
		}
	}
	if err := a.ballots.doubt(); err != nil {
		return nil, err
	}
	return a.file(), nil
}

// An abif reads one file.
type abif struct {
	*source
	roster   // in the order in which options are met
	title    string
	names    map[string]string // by short name
	declared int               // options with a short name
	scored   bool
	ballots  urn
	ballot   tally.Ballot
	at       int // where in the line the next byte is
}

// abifBallot is how a ballot begins.
var abifBallot = regexp.MustCompile(`^\s*([0-9.]+)\s*[:*]`)

// isABIF reports whether a text has a ballot of the format in it.
func isABIF(start string) bool {
	for line := range strings.Lines(start) {
		rest, isBallot := cutPrefixOf(abifBallot, line)
		switch {
		case isBallot:
			return strings.ContainsAny(rest, ">[/\"") || strings.ContainsAny(rest, "=") && !strings.ContainsAny(rest, ",{")
		case strings.HasPrefix(line, "ABIF"), strings.HasPrefix(line, "=") && strings.Contains(line, ":["):
			return true
		}
	}
	return false
}

func cutPrefixOf(prefix *regexp.Regexp, text string) (rest string, found bool) {
	at := prefix.FindStringIndex(text)
	if at == nil {
		return text, false
	}
	return text[at[1]:], true
}

// line reads a line.
func (a *abif) line() error {
	line := bytes.TrimSpace(a.text)
	switch {
	case len(line) == 0, line[0] == '#', bytes.HasPrefix(line, []byte("ABIF")):
		return nil
	case line[0] == '{':
		if half := poll.HalfCharacter(a.text); half >= 0 {
			return a.errorf(half, halfCharacter, a.text[half:])
		}
		var meta map[string]any
		if err := json.Unmarshal(line, &meta); err != nil {
			return a.errorf(0, "A line of metadata is a JSON object: %v.", err)
		}
		if title, ok := meta["title"].(string); ok {
			a.title = title
		}
		return nil
	case line[0] == '=':
		return a.declare(string(line[1:]))
	}
	match := abifBallot.FindSubmatchIndex(a.text)
	if match == nil {
		return a.errorf(0, "Here should be a ballot, such as 28:A>B, a short name, such as =A:[Ada], or a comment behind #.")
	}
	w, ok := parseWeight(a.text[match[2]:match[3]])
	if !ok {
		return a.errorf(match[2], "The number of ballots must be a number such as 7 or 4.5, not %s.", quote(a.text[match[2]:match[3]]))
	}
	a.ballots.see(a.text[match[2]:match[3]], func(format string, args ...any) error { return a.errorf(match[2], format, args...) })
	a.at = match[1]
	if err := a.readBallot(); err != nil {
		return err
	}
	if complaint := a.ballots.add(a.ballot, w); complaint != "" {
		return a.errorf(0, "%s", complaint)
	}
	return nil
}

// declare reads a short name and what it stands for.
func (a *abif) declare(line string) error {
	short, name, ok := strings.Cut(line, ":")
	short, name = unbracket(strings.TrimSpace(short)), unbracket(strings.TrimSpace(name))
	if !ok || short == "" || len(a.names) < len(a.roster.names) {
		return a.errorf(0, "A short name is given before the first ballot, as in =A:[Ada].")
	}
	if _, twice := a.names[short]; twice {
		return a.errorf(0, "The short name %q is there twice.", short)
	}
	if complaint := a.add(name); complaint != "" {
		return a.errorf(0, "%s", complaint)
	}
	a.names[short] = name
	a.declared++
	return nil
}

func unbracket(text string) string {
	for _, pair := range []string{"[]", `""`} {
		if len(text) >= 2 && text[0] == pair[0] && text[len(text)-1] == pair[1] {
			return text[1 : len(text)-1]
		}
	}
	return text
}

// A vote is an option on a ballot.
type vote struct {
	option int
	rank   int
	score  *big.Rat // nil: it has none
	at     int
}

// readBallot reads the options of a ballot.
func (a *abif) readBallot() error {
	var votes []vote
	var separators []byte // between the votes
	for rank := 1; ; {
		a.at = skipBlanks(a.text, a.at)
		if a.at == len(a.text) && len(votes) == 0 {
			break
		}
		v, err := a.vote()
		if err != nil {
			return err
		}
		v.rank = rank
		if slices.ContainsFunc(votes, func(other vote) bool { return other.option == v.option }) {
			return a.errorf(v.at, "An option is twice on this ballot.")
		}
		votes = append(votes, v)
		a.at = skipBlanks(a.text, a.at)
		rest := bytes.TrimSpace(a.text[a.at:])
		if len(rest) > 0 && rest[0] == '#' {
			if bytes.ContainsAny(rest, ">=") {
				return a.errorf(a.at, "It is not clear whether a comment begins here: a name with # in it has to be in brackets, and a comment in a line of its own.")
			}
			rest = nil
		}
		if len(rest) == 0 || rest[0] == ':' && bytes.HasPrefix(bytes.TrimSpace(rest[1:]), []byte("{")) {
			break
		}
		switch c := a.text[a.at]; c {
		case '>':
			rank++
			separators = append(separators, '>')
		case '=':
			separators = append(separators, '=')
		case ',':
			separators = append(separators, ',')
		default:
			return a.errorf(a.at, "Here should be >, = or a comma, not %s.", quote(a.text[a.at:]))
		}
		a.at++
	}
	return a.put(votes, string(separators))
}

// vote reads an option and its score, if it has one.
func (a *abif) vote() (vote, error) {
	v := vote{at: a.at}
	rest := a.text[a.at:]
	var name string
	if closing := map[byte]string{'[': "]", '"': `"`}[first(rest)]; closing != "" {
		end := bytes.Index(rest[1:], []byte(closing))
		if end < 0 {
			return v, a.errorf(a.at, "The name does not end in this line: here should be %s.", closing)
		}
		name = string(rest[1 : end+1])
		a.at += end + 2
	} else {
		end := bytes.IndexAny(rest, "><=,/:*[]\"{}#")
		if end < 0 {
			end = len(rest)
		}
		name = string(bytes.TrimSpace(rest[:end]))
		a.at += end
	}
	if long, known := a.names[name]; known {
		name = long
	}
	option, known := a.index[name]
	if !known {
		option = len(a.roster.names)
		if complaint := a.add(name); complaint != "" {
			return v, a.errorf(v.at, "%s", complaint)
		}
	}
	v.option = option
	if a.at = skipBlanks(a.text, a.at); first(a.text[a.at:]) == '/' {
		return v, a.score(&v)
	}
	return v, nil
}

func first(text []byte) byte {
	if len(text) == 0 {
		return 0
	}
	return text[0]
}

// score reads a score behind its stroke.
func (a *abif) score(v *vote) error {
	a.at = skipBlanks(a.text, a.at+1)
	start := a.at
	for a.at < len(a.text) && (a.text[a.at] == '.' || '0' <= a.text[a.at] && a.text[a.at] <= '9') {
		a.at++
	}
	w, ok := parseWeight(a.text[start:a.at])
	if !ok {
		return a.errorf(start, "A score is a number, such as 5.")
	}
	v.score = big.NewRat(w.n, w.unit)
	return nil
}

// put makes a ballot of votes. Scores rank them where commas are between them, and else must
// not contradict the order.
func (a *abif) put(votes []vote, separators string) error {
	commas := strings.Contains(separators, ",")
	for i, v := range votes {
		switch {
		case commas && (v.score == nil || strings.ContainsAny(separators, ">=")):
			return a.errorf(v.at, "Between options without scores are > and =; commas are between scores, such as A/5,B/3.")
		case !commas && i > 0 && v.score != nil && votes[i-1].score != nil:
			if above := votes[i-1].score.Cmp(v.score); above < 0 || (above > 0) != (separators[i-1] == '>') {
				return a.errorf(v.at, "The scores contradict the order of the options.")
			}
		}
	}
	if commas {
		slices.SortStableFunc(votes, func(x, y vote) int { return y.score.Cmp(x.score) })
		for i := range votes {
			votes[i].rank = 1
			if i > 0 {
				votes[i].rank = votes[i-1].rank
				if votes[i].score.Cmp(votes[i-1].score) != 0 {
					votes[i].rank++
				}
			}
		}
	}
	a.ballot.Ranking, a.ballot.Ranks = a.ballot.Ranking[:0], a.ballot.Ranks[:0]
	for _, v := range votes {
		a.scored = a.scored || v.score != nil
		if v.score == nil || v.score.Sign() > 0 {
			a.ballot.Ranking, a.ballot.Ranks = append(a.ballot.Ranking, v.option), append(a.ballot.Ranks, v.rank)
		}
	}
	return nil
}

// file is what was read.
func (a *abif) file() *File {
	names := a.roster.names
	by := make([]int, len(names))
	for i := range by {
		by[i] = i
	}
	slices.SortStableFunc(by[min(a.declared, len(by)):], func(x, y int) int { return cmp.Compare(names[x], names[y]) })
	f := &File{Title: a.title}
	place := make([]int, len(names))
	for i, option := range by {
		place[option] = i
		f.Names = append(f.Names, names[option])
	}
	f.Election = tally.Election{Options: slices.Clone(f.Names), Ballots: a.ballots.Ballots(), Folded: true, Unit: a.ballots.unit()}
	for _, b := range f.Election.Ballots {
		for i, option := range b.Ranking {
			b.Ranking[i] = place[option]
		}
	}
	if a.scored {
		f.Notes = append(f.Notes, "Scores are read as ranks, equal scores as equal ranks, and 0 as not ranked.")
	}
	return f
}
