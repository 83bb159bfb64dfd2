package ballotfile

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// readCSV reads a table (RFC 4180, and what spreadsheets make of it): see [table]. Between
// columns are commas, semicolons, tabs or bars, whichever the first line has most of, or what
// a first line such as "sep=;" says.
func (o Reader) readCSV(name string, r *bufio.Reader) (*File, error) {
	r, scottish := isScottish(r)
	if scottish {
		return readScottish(&source{name: name, r: r})
	}
	g := &csvGrid{name: name}
	first, _ := r.Peek(6)
	if line, ok := bytes.CutPrefix(bytes.ToLower(first), []byte("sep=")); ok && len(line) == 2 && line[1] == '\n' {
		g.skipped, g.separator = 1, rune(line[0])
		_, _ = r.Discard(6) // peeked
	} else {
		g.separator = separator(r)
	}
	var text io.Reader = r
	if start, _ := r.Peek(1 << 14); bytes.Contains(start, []byte(string(g.separator)+`="`)) || bytes.Contains(start, []byte("\n=\"")) {
		text = &bareTexts{r: r, separator: byte(g.separator), starts: true}
	}
	g.csv = csv.NewReader(text)
	g.csv.ReuseRecord, g.csv.FieldsPerRecord = true, -1
	g.csv.TrimLeadingSpace = g.separator != '\t' // which is space too
	if !strings.ContainsRune(",;\t|", g.separator) {
		return nil, &Error{File: name, Line: 1, Column: 5, Message: "Columns have commas, semicolons, tabs or bars between them."}
	}
	g.csv.Comma = g.separator
	return o.readTable(g)
}

// separator returns what is between the columns: what the first line that has any has most
// of, outside of quotation marks.
func separator(r *bufio.Reader) rune {
	start, _ := r.Peek(1 << 14)
	for line := range bytes.SplitSeq(start, []byte("\n")) {
		best, most := ',', 0
		for _, c := range ",;\t|" {
			n := 0
			for i, part := range bytes.Split(line, []byte(`"`)) {
				if i%2 == 0 {
					n += bytes.Count(part, []byte(string(c)))
				}
			}
			if n > most {
				best, most = c, n
			}
		}
		if most > 0 && (best != ';' || most > 1 || !bytes.HasSuffix(bytes.TrimSpace(line), []byte(";"))) {
			return best
		}
	}
	return ','
}

// A bareTexts reads CSV without the = before a quotation mark, as in ="007", which keeps a
// spreadsheet from changing a number.
type bareTexts struct {
	r         *bufio.Reader
	separator byte
	starts    bool // a cell starts here
	quoted    bool // this is between quotation marks
}

// Read implements [io.Reader]. A blank in place of the = keeps columns what they are, unless it
// would be part of the cell.
func (b *bareTexts) Read(p []byte) (n int, err error) {
	for n < len(p) {
		c, err := b.r.ReadByte()
		if err != nil {
			return n, err
		}
		if next, _ := b.r.Peek(1); b.starts && c == '=' && string(next) == `"` {
			if b.separator == '\t' {
				continue
			}
			c = ' '
		}
		if c == '"' {
			b.quoted = !b.quoted
		}
		b.starts = !b.quoted && (c == b.separator || c == '\n' || b.starts && c == ' ')
		p[n] = c
		n++
	}
	return n, nil
}

// A csvGrid is the rows of a CSV file.
type csvGrid struct {
	name      string
	csv       *csv.Reader
	separator rune
	skipped   int // lines before csv began
	cells     []string
}

// next implements grid.
func (g *csvGrid) next() ([]string, error) {
	cells, err := g.csv.Read()
	if parse, ok := errors.AsType[*csv.ParseError](err); ok {
		message := `A quotation mark is out of place. Write a text with quotation marks in quotation marks, and each of its own twice: "Joe ""X"" Doe".`
		if errors.Is(parse.Err, csv.ErrFieldCount) {
			message = "This row has not as many cells as the first."
		}
		return nil, &Error{File: g.name, Line: g.skipped + parse.Line, Column: parse.Column, Message: message}
	}
	if err != nil {
		return nil, err
	}
	g.cells = cells
	if line, column := g.at(0); line > 1 && strings.HasPrefix(cells[0], orderMark) {
		return nil, &Error{g.name, line, column, markInside}
	}
	for i, cell := range cells {
		if !utf8.ValidString(cell) {
			line, column := g.at(i)
			return nil, &Error{g.name, line, column, notUTF8}
		}
		if inner, ok := strings.CutPrefix(cell, `="`); ok && strings.HasSuffix(inner, `"`) {
			cells[i] = strings.TrimSuffix(inner, `"`)
		}
	}
	return cells, nil
}

// at implements grid.
func (g *csvGrid) at(i int) (line, column int) {
	line, column = g.csv.FieldPos(i)
	for j, cell := range g.cells[:i] { // from bytes to characters
		if on, _ := g.csv.FieldPos(j); on == line {
			column -= len(cell) - utf8.RuneCountInString(cell)
		}
	}
	return g.skipped + line, max(1, column)
}

// file implements grid.
func (g *csvGrid) file() string { return g.name }
