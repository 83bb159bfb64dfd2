package ballotfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// A bltText is a text behind the ballots.
type bltText struct {
	text  string
	start int // in its line
}

// A bltLine is the texts of a line.
type bltLine struct {
	texts []bltText
	line  int
	text  []byte
}

// maxTexts bounds the lines behind the ballots: names, a title and some remarks.
const maxTexts = 4000

// names reads what is behind the ballots: the names of all options and the title. It returns
// a file with those of the options that have not withdrawn.
//
// Councils write a name and a party in each line, and others several names in one. So where
// there are as many lines as options, or more, the first text of a line is its name, and the
// others are remarks. Where there are fewer lines, every text is a name. What may be
// understood in two ways is refused.
func (b *blt) names() (*File, error) {
	options := len(b.place) - 1
	lines, err := b.lines()
	if err != nil {
		return nil, err
	}
	all, same := 0, true
	for i, line := range lines {
		all += len(line.texts)
		same = same && (i >= options || len(line.texts) == len(lines[0].texts))
	}
	if len(lines) < options || len(lines) == options && !same {
		if all < options {
			return nil, io.EOF
		}
		if all > options+1 || len(lines) == options {
			b.backTo(lines[0], 0)
			return nil, b.fail("It is not clear which of these texts are names: write the name of each option in a line of its own, and the title behind them.")
		}
		var each []bltLine
		for _, line := range lines {
			for _, text := range line.texts {
				each = append(each, bltLine{[]bltText{text}, line.line, line.text})
			}
		}
		lines = each
	}
	if more := len(lines) - options - 1; more > maxRemarks {
		b.backTo(lines[options+1], 0)
		return nil, b.fail("There are %d lines behind the names and the title: if a name takes several lines, write it in one, with what else is said of the option behind it.", more)
	}
	numbered(lines, options)
	return b.roll(lines)
}

// roll makes names and a title of lines that begin with them.
func (b *blt) roll(lines []bltLine) (*File, error) {
	f := &File{}
	var all, standing roster
	for i, place := range b.place[1:] {
		line := lines[i]
		b.backTo(line, 0)
		name := line.texts[0].text
		complaint := all.add(name)
		if complaint == "" && place >= 0 {
			complaint = standing.add(name)
			var remarks []string
			for _, text := range line.texts[1:] {
				remarks = append(remarks, text.text)
			}
			f.Remarks = append(f.Remarks, strings.Join(remarks, ", "))
		}
		if complaint != "" {
			return nil, b.fail("%s", complaint)
		}
	}
	f.Names = standing.names
	if strings.Join(f.Remarks, "") == "" {
		f.Remarks = nil
	}
	if len(lines) > len(b.place)-1 {
		f.Title = lines[len(b.place)-1].texts[0].text
	}
	if more := len(lines) - len(b.place); more > 0 {
		b.notes = append(b.notes, fmt.Sprintf("Lines behind the title that are not read: %d.", more))
	}
	return f, nil
}

// maxRemarks bounds the lines behind the title: where the ballots are from, and a comment.
const maxRemarks = 2

// numbered takes the numbers of options off the lines that begin with them, in order, each as a
// text of its own.
func numbered(lines []bltLine, options int) {
	for i, line := range lines[:options] {
		if len(line.texts) < 2 || line.texts[0].text != strconv.Itoa(i+1) {
			return
		}
	}
	for i := range lines[:options] {
		lines[i].texts = lines[i].texts[1:]
	}
}

// backTo goes back to a text, for an error about it.
func (b *blt) backTo(line bltLine, text int) {
	b.line, b.text, b.start = line.line, line.text, line.texts[text].start
}

// lines reads the lines behind the ballots that have texts.
func (b *blt) lines() ([]bltLine, error) {
	var lines []bltLine
	for {
		line := bltLine{line: b.line, text: bytes.Clone(b.text)}
		if err := b.texts(&line); err != nil {
			return nil, err
		}
		if len(line.texts) > 0 {
			if lines = append(lines, line); len(lines) > maxTexts {
				return nil, b.fail("There are more than %d lines behind the ballots.", maxTexts)
			}
		}
		switch err := b.next(); {
		case errors.Is(err, io.EOF):
			return lines, nil
		case err != nil:
			return nil, err
		}
		b.at = 0
	}
}

// texts reads the texts in the rest of the line: those in quotation marks, or the whole of
// it.
func (b *blt) texts(line *bltLine) error {
	for {
		b.at = skipBlanks(b.text, b.at)
		for len(line.texts) > 0 && b.at < len(b.text) && b.text[b.at] == ',' {
			b.at = skipBlanks(b.text, b.at+1)
		}
		if b.at == len(b.text) || b.text[b.at] == '#' {
			return nil
		}
		b.start = b.at
		text, err := b.quoted()
		if err != nil {
			return err
		}
		line.texts = append(line.texts, bltText{text, b.start})
	}
}

// quoted reads one text.
func (b *blt) quoted() (string, error) {
	rest := b.text[b.at:]
	if rest[0] != '"' {
		b.at = len(b.text)
		switch text := strings.TrimSpace(string(rest)); {
		case strings.Contains(text, "#"):
			return "", b.fail("A name with # in it has to be in quotation marks.")
		case strings.HasPrefix(text, "/*"):
			return "", b.fail("Comments begin with #.")
		case text == "0", strings.Trim(text, "0123456789 .=-") == "" && strings.Trim(text, "0123456789") != "":
			return "", b.fail("Here should be a name, but this looks like a ballot: the 0 above ended the ballots. A rank left empty is written as -.")
		default:
			return text, nil
		}
	}
	var text strings.Builder
	for rest = rest[1:]; ; rest = rest[1:] {
		end := bytes.IndexByte(rest, '"')
		if end < 0 {
			return "", b.fail("The quotation mark is not closed in this line.")
		}
		text.Write(rest[:end])
		rest = rest[end+1:]
		if len(rest) == 0 || rest[0] != '"' {
			b.at = len(b.text) - len(rest)
			if len(rest) > 0 && !strings.ContainsRune(" \t,#", rune(rest[0])) {
				b.start = b.at - 1
				return "", b.fail(`A quotation mark is out of place: behind a text is a blank, and in it each is written twice, as in "Joe ""X"" Doe".`)
			}
			return strings.TrimSpace(text.String()), nil
		}
		text.WriteByte('"') // it is there twice
	}
}
