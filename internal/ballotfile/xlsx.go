package ballotfile

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/xuri/excelize/v2"
)

// The largest workbook or archive that is read, and the largest workbook unpacked.
const (
	maxArchive  = 64 << 20
	maxUnpacked = 512 << 20
)

// readArchive reads a workbook, or an archive of files as [Reader.ReadFolder] does.
func (o Reader) readArchive(name string, r io.Reader) (*File, error) {
	data, err := readAtMost(name, r, maxArchive)
	if err != nil {
		return nil, err
	}
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	switch {
	case err != nil || o.Format == XLSX || isWorkbook(archive):
		return finished(o.readXLSX(name, data, archive))
	case o.unpacked:
		return nil, &Error{name, 1, 1, "An archive in an archive is not read: unpack it."}
	}
	o.unpacked = true
	return o.ReadFolder(name, archive)
}

// readAtMost reads all of an archive, unless it has more bytes than that.
func readAtMost(name string, r io.Reader, most int) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, int64(most)+1))
	if err != nil {
		return nil, err
	}
	if len(data) > most {
		return nil, &Error{name, 1, 1, fmt.Sprintf("The archive is larger than %d MB: unpack it and count the folder, or save the sheet as CSV.", most>>20)}
	}
	return data, nil
}

// readXLSX reads the first sheet of a workbook that has anything in it: see [table].
func (o Reader) readXLSX(name string, data []byte, archive *zip.Reader) (f *File, err error) {
	refuse := func(format string, args ...any) error {
		return &Error{File: name, Line: 1, Column: 1, Message: fmt.Sprintf(format, args...)}
	}
	defer func() { // a damaged workbook is not a reason to end a program that counts
		if reason := recover(); reason != nil {
			f, err = nil, refuse("The workbook is damaged: save the sheet as CSV.")
		}
	}()
	book, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxUnpacked / 16})
	if err != nil {
		return nil, refuse("This is not a workbook that can be read (%v): save the sheet as CSV.", err)
	}
	defer book.Close()
	empty := "The workbook is empty."
	for _, sheet := range book.GetSheetList() {
		if visible, err := book.GetSheetVisible(sheet); err == nil && !visible {
			empty = "The workbook is empty, but for sheets that are hidden."
			continue
		}
		rows, err := book.Rows(sheet)
		if err != nil {
			continue // a chart
		}
		values, err := book.Rows(sheet)
		if err != nil {
			return nil, err
		}
		g := &sheetGrid{name: name + " (" + sheet + ")", rows: rows, values: values}
		f, err := o.readTable(g)
		_, _ = rows.Close(), values.Close() // they were read
		if g.row == 0 && err != nil {
			continue // an empty sheet
		}
		if err != nil {
			return nil, err
		}
		others, like := otherSheets(book, sheet)
		if like != "" {
			return nil, refuse("The sheets %s and %s have the same titles: put their ballots into one of them, or save each as CSV.", quote([]byte(sheet)), quote([]byte(like)))
		}
		note := fmt.Sprintf("The sheet read is %s.", quote([]byte(sheet)))
		if len(others) > 0 {
			note = fmt.Sprintf("The sheet read is %s, and not %s.", quote([]byte(sheet)), and(quoteAll(others)))
		}
		f.Notes = append(f.Notes, note)
		if err := g.check(f, archive, sheet); err != nil {
			return nil, err
		}
		return f, nil
	}
	return nil, refuse("%s", empty)
}

// otherSheets returns the other sheets with something in them that are shown, and one with the
// same first row.
func otherSheets(book *excelize.File, sheet string) (others []string, like string) {
	titles := firstRow(book, sheet)
	for _, other := range book.GetSheetList() {
		if visible, err := book.GetSheetVisible(other); other == sheet || err == nil && !visible {
			continue
		}
		first := firstRow(book, other)
		if len(first) > 0 {
			others = append(others, other)
		}
		if len(first) > 1 && slices.Equal(first, titles) {
			like = other
		}
	}
	return others, like
}

// firstRow returns the cells of the first row of a sheet that says something.
func firstRow(book *excelize.File, sheet string) []string {
	rows, err := book.Rows(sheet)
	if err != nil {
		return nil // a chart
	}
	defer rows.Close()
	for rows.Next() {
		if cells, err := rows.Columns(); err != nil || filled(cells) > 0 {
			return cells
		}
	}
	return nil
}

// A sheetGrid is the rows of a sheet.
type sheetGrid struct {
	name   string
	rows   *excelize.Rows // as they are shown
	values *excelize.Rows // the same, as they are stored
	row    int

	width int // of the widest row
	first int // row of a ballot
}

// check refuses a sheet with formulas that have no result, and ballots in merged cells or struck
// out. It notes hidden columns.
func (g *sheetGrid) check(f *File, archive *zip.Reader, sheet string) error {
	part, err := sheetPartOf(archive, sheet)
	if err != nil {
		return &Error{File: g.name, Line: 1, Column: 1, Message: "The sheet cannot be read to its end: save it as CSV."}
	}
	for _, doubt := range []struct {
		cells   []string
		message string
		first   int // row that it is about
	}{
		{part.uncomputed, "The formula in this cell has no result: open the workbook in a spreadsheet and save it, or save the sheet as CSV.", 1},
		{part.merged, "This cell is several that were merged: split them, and write in each what it has to say.", g.first},
		{part.lost, "A character of this cell is written as two halves, or only half of it is there: write it in a spreadsheet, or save the sheet as CSV.", 1},
		{part.struck, "This cell is struck out: delete the row if it is not a ballot, and else the line through it.", g.first},
	} {
		for _, cell := range doubt.cells {
			if column, row, err := excelize.CellNameToCoordinates(cell); err != nil || row >= doubt.first {
				return &Error{File: g.name, Line: max(1, row), Column: max(1, column), Message: doubt.message}
			}
		}
	}
	part.hidden = slices.DeleteFunc(part.hidden, func(c int) bool { return c >= g.width })
	if len(part.hidden) > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("Hidden in the sheet, but looked at like the others: %s.", columnList(part.hidden)))
	}
	return nil
}

// next implements grid. It passes over empty rows.
func (g *sheetGrid) next() ([]string, error) {
	for line := g.row; g.rows.Next() && g.values.Next(); {
		line++
		cells, err := g.rows.Columns()
		stored, err2 := g.values.Columns(excelize.Options{RawCellValue: true})
		if err != nil || err2 != nil {
			return nil, &Error{File: g.name, Line: line, Column: 1, Message: "The row cannot be read: save the sheet as CSV."}
		}
		for i, text := range stored {
			if hidden := i >= len(cells) || cells[i] == ""; hidden && text != "" && text != "0" { // many hide a 0, for nothing
				return nil, &Error{File: g.name, Line: line, Column: i + 1, Message: "The format of this cell hides what is in it: delete it, or show it."}
			}
		}
		if len(cells) == 0 {
			continue
		}
		g.row, g.width = line, max(g.width, len(cells))
		if g.rows.GetRowOpts().Hidden {
			return nil, &Error{File: g.name, Line: line, Column: 1, Message: "This row is hidden: show all rows, and delete those that are not ballots."}
		}
		for i := range min(len(cells), len(stored)) {
			cells[i] = numberOf(cells[i], stored[i])
		}
		for i, cell := range cells {
			if complaint := lostIn(cell); complaint != "" {
				return nil, &Error{File: g.name, Line: line, Column: i + 1, Message: complaint}
			}
		}
		return cells, nil
	}
	if err := g.rows.Error(); err != nil && !errors.Is(err, io.EOF) {
		return nil, &Error{File: g.name, Line: g.row + 1, Column: 1, Message: "The sheet cannot be read to its end: save it as CSV."}
	}
	return nil, io.EOF
}

// numberOf returns what a cell says. A number may be shown as another one, rounded, or in
// thousands; dates, and numbers that are shown as words, are what is shown.
func numberOf(shown, stored string) string {
	if shown == stored || !figure.MatchString(shown) {
		return shown
	}
	value, err := strconv.ParseFloat(stored, 64)
	if err != nil {
		return shown
	}
	if _, whole := number([]byte(shown)); whole {
		if seen, err := strconv.ParseFloat(shown, 64); err == nil && seen == value {
			return shown // 007
		}
	}
	// As many digits as spreadsheets have, so that 0.1 + 0.2 is 0.3.
	value, _ = strconv.ParseFloat(strconv.FormatFloat(value, 'g', 15, 64), 64) // it was one
	return strconv.FormatFloat(value, 'f', -1, 64)
}

// at implements grid: columns are counted in cells.
func (g *sheetGrid) at(i int) (line, column int) { return g.row, i + 1 }

// file implements grid.
func (g *sheetGrid) file() string { return g.name }
