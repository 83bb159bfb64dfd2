package ballotfile

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/caucus-live/caucus/internal/tally"
)

// readBLT reads the format of Hill, Wichmann and Woodall ("Algorithm 123", 1987), which
// counting programs share, with what those programs have added:
//
//	4 2              options and seats
//	-3               options that have withdrawn, if any
//	[nick a b c d]   names for them on ballots; [withdrawn c]; [tie …] is not used
//	28 1 2 4 0       a ballot: how many there are, options by number, best first, and 0
//	4.5 2 - 1=4 0    a part of a vote, a rank left empty, and two options at one rank
//	(b1) 1 (2 4) 0   a ballot by its id, and Hill's way to write two options at one rank
//	0                no more ballots
//	"Ada" "Greens"   a name for each option, and perhaps remarks
//	Bo               quotation marks may be left out
//	"Council"        the title, and perhaps more texts, which are not read
//
// White space is free, but names go by lines: see names. Outside of names, # makes the rest
// of a line a comment.
func readBLT(s *source) (*File, error) {
	b := &blt{source: s}
	f, err := b.file()
	if errors.Is(err, io.EOF) {
		return nil, s.errorf(len(s.text), "The file ends too soon, without %s.", b.wanted)
	}
	return f, err
}

// A blt reads one file.
type blt struct {
	*source
	at, start int    // where the next token may begin in the line, and where the last one did
	wanted    string // what the file may not end without

	nicks   map[string]int // to a number
	place   []int          // by number, from 1: the option's index, or -1 if it has withdrawn
	ballots urn
	ballot  tally.Ballot // being read
	rank    int
	ided    bool // it has an id
	notes   []string
}

func (b *blt) file() (*File, error) {
	b.wanted = "the numbers of options and of seats"
	options, err := b.size("options")
	if err != nil {
		return nil, err
	}
	seats, err := b.size("seats")
	if err != nil {
		return nil, err
	}
	b.wanted = "the 0 after the last ballot"
	b.place = make([]int, options+1)
	if err := cmp.Or(b.readBallots(), b.ballots.doubt()); err != nil {
		return nil, err
	}
	b.wanted = "a name for each option"
	f, err := b.names()
	if err != nil {
		return nil, err
	}
	f.Notes = b.notes
	f.Election = tally.Election{
		Options: slices.Clone(f.Names), Ballots: b.ballots.Ballots(), Folded: true, Seats: seats, Unit: b.ballots.unit(),
	}
	return f, nil
}

// size reads how many of something there are.
func (b *blt) size(of string) (int, error) {
	token, err := b.token()
	if err != nil {
		return 0, err
	}
	n, ok := number(token)
	if !ok || n < 1 || n > tally.MaxOptions {
		return 0, b.fail("The number of %s is from 1 to %d; %s is not.", of, tally.MaxOptions, quote(token))
	}
	return int(n), nil
}

// readBallots reads what is said of options, the ballots and the 0 after them.
func (b *blt) readBallots() error {
	token, err := b.token()
	for ; err == nil && (token[0] == '-' || token[0] == '['); token, err = b.token() {
		if token[0] == '[' {
			err = b.directive()
		} else {
			err = b.withdraw(token[1:])
		}
		if err != nil {
			return err
		}
	}
	next := 0
	for option := 1; option < len(b.place); option++ {
		if b.place[option] == 0 {
			b.place[option] = next
			next++
		}
	}
	checked := 0 // the line last found to have several ballots
	for last := 0; err == nil; token, err = b.token() {
		w, ok := parseWeight(token)
		switch {
		case token[0] == '(':
			if err := b.id(); err != nil {
				return err
			}
			w, b.ided = weight{1, 1}, true
		case !ok:
			return b.fail("A ballot begins with how many there are of it, such as 7 or 4.5; %s is not a number. If it is a name, the 0 after the last ballot is missing.", quote(token))
		case w.n == 0:
			return nil
		}
		if !b.ided {
			b.ballots.see(token, b.fail)
		}
		if last == b.line && checked != b.line {
			if checked = b.line; b.skipsByZero() {
				b.start = 0
				return b.fail("This may be several ballots, or one with ranks left empty: write each ballot in a line of its own, and - for an empty rank.")
			}
		}
		if err := b.readBallot(w); err != nil {
			return err
		}
		last, b.ided = b.line, false
	}
	return err
}

// skipsByZero reports whether the line may be one ballot, whose empty ranks are written as
// 0: it has several ballots, unless that ballot ranked an option twice.
func (b *blt) skipsByZero() bool {
	fields := bytes.Fields(b.text)
	seen := make(map[string]bool)
	for _, field := range fields[min(1, len(fields)):] {
		if text := string(field); text != "0" && seen[text] || len(seen) >= len(b.place) {
			return false
		}
		seen[string(field)] = true
	}
	return true
}

// withdraw notes that an option does not stand.
func (b *blt) withdraw(text []byte) error {
	option, err := b.option(text)
	if err == nil {
		b.place[option] = -1
	}
	return err
}

// directive reads the rest of a line such as [nick a b c].
func (b *blt) directive() error {
	b.at = b.start
	end := bytes.IndexByte(b.text[b.at:], ']')
	if end < 0 {
		return b.fail("The bracket is not closed in this line.")
	}
	words := bytes.Fields(b.text[b.at+1 : b.at+end])
	b.at += end + 1
	if len(words) == 0 {
		return b.fail("Nothing is in these brackets.")
	}
	switch words[0] = bytes.ToLower(words[0]); string(words[0]) {
	case "nick":
		if len(words) != len(b.place) {
			return b.fail("Here should be %d short names, not %d.", len(b.place)-1, len(words)-1)
		}
		b.nicks = make(map[string]int)
		for i, word := range words[1:] {
			_, isNumber := parseWeight(word)
			if _, twice := b.nicks[string(word)]; twice || isNumber || bytes.ContainsAny(word, "=-()") {
				return b.fail("%s cannot be a short name: it is there twice, or would be read as something else.", quote(word))
			}
			b.nicks[string(word)] = i + 1
		}
	case "withdrawn":
		for _, word := range words[1:] {
			if err := b.withdraw(word); err != nil {
				return err
			}
		}
	case "tie":
		b.notes = append(b.notes, "The file's order for breaking ties is not used: earlier stages break them, and then the draw.")
	case "title", "source", "comment":
	default:
		return b.fail("[%s …] is not understood: what it says may change the count. If it does not, delete the line.", words[0])
	}
	return nil
}

// id reads the rest of the id of a ballot, which is in parentheses.
func (b *blt) id() error {
	end := bytes.IndexByte(b.text[b.start:], ')')
	if end < 0 {
		return b.fail("The parenthesis is not closed in this line.")
	}
	b.at = b.start + end + 1
	return nil
}

// wraps is the least width, in bytes, of a line that a program may have broken because it was
// too long.
const wraps = 60

// readBallot reads what follows the weight of a ballot.
func (b *blt) readBallot(w weight) error {
	b.rank = 1
	b.ballot.Ranking, b.ballot.Ranks = b.ballot.Ranking[:0], b.ballot.Ranks[:0]
	first, unclear := b.line, false
	for {
		line, width := b.line, len(b.text)
		token, err := b.token()
		if err != nil {
			return err
		}
		unclear = unclear || b.line != line && b.start == 0 && width < wraps && string(token) != "0"
		switch {
		case unclear && string(token) == "0":
			b.start = 0
			return b.fail("This is the rest of the ballot above, or the 0 at the end of that one is missing: write each ballot in a line of its own, and 0 at its end.")
		case len(token) == 1 && token[0] == '0':
			if complaint := b.ballots.add(b.ballot, w); complaint != "" {
				return b.fail("%s", complaint)
			}
			return nil
		case len(token) == 1 && token[0] == '-':
			b.rank++
		default:
			group, err := b.group(token)
			if err == nil {
				err = b.readRank(group, b.line != first)
			}
			if err != nil {
				return err
			}
		}
	}
}

// group returns the options at one rank, of which token is the first, with or without
// blanks around the = between them, or in parentheses.
func (b *blt) group(token []byte) ([][]byte, error) {
	if token[0] == '(' {
		if err := b.id(); err != nil {
			return nil, err
		}
		return bytes.Fields(b.text[b.start+1 : b.at-1]), nil
	}
	end := b.at
	for {
		at := skipBlanks(b.text, end)
		switch {
		case at < len(b.text) && b.text[at] == '=':
			at = skipBlanks(b.text, at+1)
		case end > b.start && b.text[end-1] == '=':
		default:
			b.at = end
			group := bytes.Split(b.text[b.start:end], []byte("="))
			for i := range group {
				group[i] = bytes.TrimSpace(group[i])
			}
			return group, nil
		}
		size := bytes.IndexAny(b.text[at:], " \t#")
		if size < 0 {
			size = len(b.text) - at
		}
		if size == 0 && end == at {
			b.at = end
			return bytes.Split(b.text[b.start:end], []byte("=")), nil
		}
		end = at + size
	}
}

func skipBlanks(text []byte, at int) int {
	for at < len(text) && (text[at] == ' ' || text[at] == '\t') {
		at++
	}
	return at
}

// readRank reads the options at one rank. Those that have withdrawn take up no rank.
func (b *blt) readRank(group [][]byte, wrapped bool) error {
	first := len(b.ballot.Ranking)
	for _, part := range group {
		option, err := b.option(part)
		if err != nil {
			return err
		}
		place := b.place[option]
		if slices.Contains(b.ballot.Ranking[first:], place) {
			return b.fail("Option %d is twice at one rank.", option)
		}
		if wrapped && slices.Contains(b.ballot.Ranking, place) {
			return b.fail("Option %d is twice on a ballot of several lines: each ballot ends with 0.", option)
		}
		if b.ided && slices.Contains(b.ballot.Ranking, place) {
			return b.fail("Option %d is twice on a ballot with an id: behind the id is the first option, not how many such ballots there are.", option)
		}
		if place >= 0 {
			b.ballot.Ranking = append(b.ballot.Ranking, place)
			b.ballot.Ranks = append(b.ballot.Ranks, b.rank)
		}
	}
	if len(b.ballot.Ranking) > first {
		b.rank++
	}
	return nil
}

// option reads the number of an option, or its short name.
func (b *blt) option(text []byte) (int, error) {
	if n, ok := b.nicks[string(text)]; ok {
		return n, nil
	}
	n, ok := number(text)
	if !ok || n < 1 || int(n) >= len(b.place) {
		return 0, b.fail("Options are numbered from 1 to %d, and %s is not an option.", len(b.place)-1, quote(text))
	}
	return int(n), nil
}

// token returns the next token, which is never empty.
func (b *blt) token() ([]byte, error) {
	for {
		b.at = skipBlanks(b.text, b.at)
		if b.at < len(b.text) && b.text[b.at] != '#' {
			break
		}
		if err := b.next(); err != nil {
			return nil, err
		}
		b.at = 0
	}
	b.start = b.at
	rest := b.text[b.at:]
	end := bytes.IndexAny(rest, " \t#")
	if end < 0 {
		end = len(rest)
	}
	b.at += end
	return rest[:end], nil
}

// fail is what is wrong with the last token.
func (b *blt) fail(format string, args ...any) error { return b.errorf(b.start, format, args...) }

// QuoteBLT writes a text in quotation marks, its own twice.
func QuoteBLT(text string) string { return `"` + strings.ReplaceAll(text, `"`, `""`) + `"` }
