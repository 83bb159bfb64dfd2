// Package ballotfile reads elections from files: BLT, the export of a poll (JSON), CSV
// with a ballot a row, and PrefLib's SOC, SOI, TOC and TOI.
//
// Files are read as a stream, and equal ballots are kept once, so that a million ballots
// need the memory of those that differ. A file is read whole and without a fault, or
// not at all: what is wrong is an [Error] that says where.
package ballotfile

import (
	"bufio"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode"

	"github.com/caucus-live/caucus/internal/tally"
)

// A Format is a way to write an election to a file.
type Format string

// The formats. Each one's file says what it looks like.
const (
	BLT     Format = "blt"
	JSON    Format = "json"
	CSV     Format = "csv"
	PrefLib Format = "preflib"
)

// Formats returns every format.
func Formats() []Format { return []Format{BLT, JSON, CSV, PrefLib} }

// A File is what an election file says.
type File struct {
	Title string   // in plain text; empty if the file has none
	Names []string // by option: what people call it; no two are equal
	// Method is how the file wants to be counted; empty if it does not say.
	Method tally.Method
	// Election is valid as tally wants it. Its ids are the names, but those of the
	// nominations in the export of a poll. Seats, VotesPerVoter, Seed and DeclareTies are
	// set if the file says them.
	Election tally.Election
}

// An Error is what is wrong with a file, and where.
type Error struct {
	File    string
	Line    int // from 1
	Column  int // in characters, from 1
	Message string
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
}

// Read reads an election in the format, or, if that is empty, in the one that the
// extension of the name or else the beginning of the file tells. The name is for errors.
// An error is an *[Error], or comes from r.
func Read(name string, format Format, r io.Reader) (*File, error) {
	b := bufio.NewReaderSize(r, 1<<16)
	if bom, _ := b.Peek(3); string(bom) == "\uFEFF" {
		_, _ = b.Discard(3) // peeked
	}
	if format == "" {
		format = detect(name, b)
	}
	f, err := format.read(name, b)
	if err != nil {
		return nil, err
	}
	f.Title = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' ' // it is for people, and terminals
		}
		return r
	}, f.Title))
	return f, nil
}

func (format Format) read(name string, b *bufio.Reader) (*File, error) {
	switch format {
	case BLT:
		return readBLT(&source{name: name, r: b})
	case JSON:
		return readJSON(name, b)
	case CSV:
		return readCSV(name, b)
	case PrefLib:
		return readPrefLib(&source{name: name, r: b})
	}
	return nil, fmt.Errorf("ballotfile: unknown format %q", format)
}

// detect guesses the format of a file.
func detect(name string, b *bufio.Reader) Format {
	switch strings.ToLower(path.Ext(name)) {
	case ".blt":
		return BLT
	case ".json":
		return JSON
	case ".csv", ".tsv":
		return CSV
	case ".soc", ".soi", ".toc", ".toi":
		return PrefLib
	}
	start, _ := b.Peek(512)
	line, after, _ := strings.Cut(strings.TrimSpace(string(start)), "\n")
	numbers := 0
	if strings.Trim(line, "0123456789 \t\r") == "" {
		numbers = len(strings.Fields(line))
	}
	switch {
	case strings.HasPrefix(line, "{"):
		return JSON
	case strings.HasPrefix(line, "#") && strings.Contains(line, ":"), numbers == 1 && strings.HasPrefix(after, "1,"):
		return PrefLib
	case numbers > 1:
		return BLT
	}
	return CSV
}
