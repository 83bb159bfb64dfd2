// Package ballotfile reads elections from files, as polls, forms, voting machines and other
// counting programs write them, and writes some of those formats. docs/counting.md lists
// them.
//
// Files, also those of a folder, are read as a stream, and equal ballots are kept once, so that a million ballots
// need the memory of those that differ. A file is read whole and without a fault, or
// not at all: what is wrong is an [Error] that says where.
package ballotfile

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/caucus-live/caucus/internal/tally"
)

// A Format is a way to write an election to a file.
type Format string

// The formats. Each one's file says what it looks like.
const (
	BLT      Format = "blt"
	JSON     Format = "json"
	CSV      Format = "csv"
	PrefLib  Format = "preflib"
	ABIF     Format = "abif"
	CDF      Format = "cdf"
	XLSX     Format = "xlsx"
	Hart     Format = "hart"
	Dominion Format = "dominion"
)

// Formats returns every format that is read.
func Formats() []Format {
	return []Format{BLT, JSON, CSV, PrefLib, ABIF, CDF, XLSX, Hart, Dominion}
}

// A File is what an election file says.
type File struct {
	Title string   // in plain text; empty if the file has none
	Names []string // by option: what people call it; no two are equal
	// Remarks are what the file says of options beside their names, such as a party; by
	// option, or nil.
	Remarks []string
	// Method is how the file wants to be counted; empty if it does not say.
	Method tally.Method
	// Election is valid as tally wants it. Its ids are the names, but those of the
	// nominations in the export of a poll. Unit, Seats, VotesPerVoter, Seed and DeclareTies
	// are set if the file says them.
	Election tally.Election
	// Notes are sentences on how the file was read, where that could be doubted.
	Notes []string
}

// Option returns the option of a name, or -1. Case, spacing and accents do not matter, unless
// they tell options apart.
func (f *File) Option(name string) int {
	if i := slices.Index(f.Names, name); i >= 0 {
		return i
	}
	found := -1
	for i, other := range f.Names {
		if plainText(other) == plainText(name) {
			if found >= 0 {
				return -1
			}
			found = i
		}
	}
	return found
}

// An Error is what is wrong with a file, and where.
type Error struct {
	File    string
	Line    int // from 1
	Column  int // in characters, from 1; in a sheet in cells
	Message string
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
}

// A Reader says how to read a file. The zero Reader finds out.
type Reader struct {
	Format  Format // empty: what the name's extension, or else the beginning of the file tells
	Contest string // which one of several in a file; empty: there should be one

	unpacked bool // the file was in an archive
}

// Read reads an election in the format, as [Reader.Read] does.
func Read(name string, format Format, r io.Reader) (*File, error) {
	return Reader{Format: format}.Read(name, r)
}

// Read reads an election. The name is for errors. An error is an *[Error], or comes from r.
func (o Reader) Read(name string, r io.Reader) (*File, error) {
	b := buffered(r)
	if start, _ := b.Peek(4); o.Format == XLSX || slices.Contains([]string{"PK\x03\x04", "PK\x05\x06"}, string(start)) {
		return o.readArchive(name, b)
	} else if what := foreign[string(start)]; what != "" {
		return nil, &Error{name, 1, 1, "This is " + what + ", which is not read: save its ballots as CSV with the program that wrote it."}
	}
	b = decode(b)
	if err := refuseForeign(name, b); err != nil && (o.Format == "" || o.Format == CSV) {
		return nil, err
	}
	if o.Format == "" {
		o.Format = detect(name, b)
	}
	return finished(o.read(name, b))
}

// finished completes what was read, in whatever format.
func finished(f *File, err error) (*File, error) {
	if err != nil {
		return nil, err
	}
	f.Notes = append(f.Notes, doubtfulNames(f.Names)...)
	f.Title = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' ' // it is for people, and terminals
		}
		return r
	}, f.Title))
	return f, nil
}

// doubtfulNames says which options the room would take for one, where the file has them apart,
// which differ in signs alone, or in what one has in brackets behind it, such as a party, and of
// which a character was lost before.
func doubtfulNames(names []string) (notes []string) {
	first, bare := make(map[string]string), make(map[string]string)
	for _, name := range names {
		first[nameKey(name)] = name
	}
	for _, name := range names {
		if strings.ContainsRune(name, utf8.RuneError) {
			notes = append(notes, fmt.Sprintf("%s has U+FFFD in it, which programs write for a character that they could not read.", name))
		}
		short := inBrackets.ReplaceAllString(name, "")
		if other, is := first[nameKey(short)]; is && short != name {
			notes = append(notes, fmt.Sprintf("%s and %s are two options here, though they differ in what is in brackets alone.", other, name))
		}
	}
	clear(first)
	for _, name := range names {
		key := nameKey(name)
		if other, twice := first[key]; twice {
			notes = append(notes, fmt.Sprintf("%s and %s are two options here, though they differ in case, spacing or accents alone.", other, name))
			continue
		}
		first[key] = name
		letters := strings.Map(withoutSigns, key)
		if other, twice := bare[letters]; twice {
			notes = append(notes, fmt.Sprintf("%s and %s are two options here, though they differ in signs alone.", other, name))
		} else if letters != "" {
			bare[letters] = name
		}
	}
	return notes
}

// inBrackets is what may be said of an option behind its name.
var inBrackets = regexp.MustCompile(`\s*(?:\([^()]*\)|\[[^\[\]]*\])$`)

// withoutSigns drops punctuation and blanks. Symbols stay, as in C++.
func withoutSigns(r rune) rune {
	if unicode.In(r, unicode.P, unicode.Z, unicode.Cf, unicode.Cc) {
		return -1
	}
	return r
}

func (o Reader) read(name string, b *bufio.Reader) (*File, error) {
	switch o.Format {
	case BLT:
		return readBLT(&source{name: name, r: b})
	case JSON:
		return readJSON(name, b)
	case CSV:
		return o.readCSV(name, b)
	case PrefLib:
		return readPrefLib(&source{name: name, r: b})
	case ABIF:
		return readABIF(&source{name: name, r: b})
	case CDF:
		return o.readCDF(name, b)
	case Hart:
		return o.readHart(name, b)
	case Dominion:
		return nil, &Error{name, 1, 1, "This is one file of an export of Dominion: count the folder that has them all, or an archive of it."}
	case XLSX:
	}
	return nil, fmt.Errorf("ballotfile: unknown format %q", o.Format)
}

// detect guesses the format of a file.
func detect(name string, b *bufio.Reader) Format {
	start, _ := b.Peek(4096)
	switch strings.ToLower(path.Ext(name)) {
	case ".blt":
		return BLT
	case ".json":
		return kindOfJSON(start)
	case ".csv", ".tsv":
		return CSV
	case ".soc", ".soi", ".toc", ".toi", ".cat":
		return PrefLib
	case ".abif":
		return ABIF
	case ".xml":
		return Hart
	}
	line, after, _ := strings.Cut(strings.TrimSpace(string(start)), "\n")
	numbers := 0
	if strings.Trim(line, "0123456789 \t") == "" {
		numbers = len(strings.Fields(line))
	}
	old := strings.HasPrefix(after, "1,") || strings.HasPrefix(after, "0,")
	switch {
	case isABIF(string(start)):
		return ABIF
	case strings.HasPrefix(line, "{"):
		return kindOfJSON(start)
	case strings.HasPrefix(line, "<"):
		return Hart
	case strings.HasPrefix(line, "#") && strings.Contains(line, ":"), numbers == 1 && old:
		return PrefLib
	case numbers > 1:
		return BLT
	}
	return CSV
}

// kindOfJSON tells cast vote records from the export of a poll.
func kindOfJSON(start []byte) Format {
	has := func(text string) bool { return bytes.Contains(start, []byte(text)) }
	switch {
	case has(`"CVR.`), has(`"CVR"`):
		return CDF
	case has(`"Sessions"`), has(`"TabulatorId"`), has(`"List"`) && has(`"Description"`):
		return Dominion
	}
	return JSON
}
