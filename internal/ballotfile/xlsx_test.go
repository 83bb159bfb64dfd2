package ballotfile_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/caucus-live/caucus/internal/ballotfile"
)

// workbook makes a workbook whose second sheet has these rows.
func workbook(tb testing.TB, rows ...[]any) string {
	tb.Helper()
	book := excelize.NewFile()
	if _, err := book.NewSheet("Ballots"); err != nil {
		tb.Fatal(err)
	}
	for i, row := range rows {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err == nil {
			err = book.SetSheetRow("Ballots", cell, &row)
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		tb.Fatal(err)
	}
	return out.String()
}

// A workbook is a table like any other, whatever its name; numbers are numbers.
func TestWorkbook(t *testing.T) {
	for _, name := range []string{"x.xlsx", "-"} {
		f := read(t, name, workbook(t, []any{"Poll of May"}, []any{"ID", "Ann", "Bob"}, []any{1, 1, 2.0}, []any{2, nil, 1}))
		if diff := cmp.Diff([]string{"1 Ann>Bob", "1 Bob"}, ballots(f)); diff != "" {
			t.Errorf("ballots (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"Options are columns 2 to 3, with their ranks in the cells.", `The sheet read is "Ballots".`}, f.Notes); diff != "" {
			t.Error(diff)
		}
	}
}

func TestBadWorkbooks(t *testing.T) {
	wrong(t, "x.xlsx", workbook(t), "x.xlsx:1:1: The workbook is empty.")
	wrong(t, "x.xlsx", workbook(t, []any{"count", "rank 1"}, []any{"many", "A"}), `x.xlsx (Ballots):2:1: The number of ballots must be a number such as 7 or 4.5, not "many".`)
	wrong(t, "x.xlsx", "PK\x03\x04", "x.xlsx:1:1: This is not a workbook that can be read (zip: not a valid zip file): save the sheet as CSV.")
}

func FuzzXLSX(f *testing.F) {
	f.Add(workbook(f, []any{"rank 1"}, []any{"A"}))
	f.Add("PK\x03\x04")
	fuzz(f, ballotfile.XLSX)
}

// edited makes a workbook of two ballots, and changes it.
func edited(t *testing.T, edit func(book *excelize.File) error) string {
	t.Helper()
	book := excelize.NewFile()
	for i, row := range [][]string{{"id", "rank 1", "rank 2"}, {"a", "Ann", "Bob"}, {"b", "Bob", "Ann"}} {
		if err := book.SetSheetRow("Sheet1", fmt.Sprint("A", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	if err := edit(book); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// A formula that nobody computed is not an empty cell; a hidden row is refused, and a hidden column
// said.
func TestWhatASheetHides(t *testing.T) {
	wrong(t, "x.xlsx", edited(t, func(book *excelize.File) error {
		return errors.Join(book.SetCellValue("Sheet1", "C3", nil), book.SetCellFormula("Sheet1", "C3", "B2"))
	}),
		"x.xlsx (Sheet1):3:3: The formula in this cell has no result: open the workbook in a spreadsheet and save it, or save the sheet as CSV.")
	wrong(t, "x.xlsx", edited(t, func(book *excelize.File) error { return book.SetRowVisible("Sheet1", 3, false) }),
		"x.xlsx (Sheet1):3:1: This row is hidden: show all rows, and delete those that are not ballots.")
	wrong(t, "x.xlsx", edited(t, func(book *excelize.File) error { return book.MergeCell("Sheet1", "B2", "B3") }),
		"x.xlsx (Sheet1):2:2: This cell is several that were merged: split them, and write in each what it has to say.")
	format := ";;;"
	hide := func(book *excelize.File, cell string) error {
		style, err := book.NewStyle(&excelize.Style{CustomNumFmt: &format})
		return errors.Join(err, book.SetCellStyle("Sheet1", cell, cell, style))
	}
	wrong(t, "x.xlsx", edited(t, func(book *excelize.File) error { return hide(book, "C3") }),
		"x.xlsx (Sheet1):3:3: The format of this cell hides what is in it: delete it, or show it.")
	strike := func(book *excelize.File, from, to string) error {
		style, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Strike: true}})
		return errors.Join(err, book.SetCellStyle("Sheet1", from, to, style))
	}
	wrong(t, "x.xlsx", edited(t, func(book *excelize.File) error { return strike(book, "A3", "C3") }),
		"x.xlsx (Sheet1):3:1: This cell is struck out: delete the row if it is not a ballot, and else the line through it.")
	f := read(t, "x.xlsx", edited(t, func(book *excelize.File) error {
		// Titles may be merged and struck out, and so may be cells with nothing in them.
		return errors.Join(book.InsertRows("Sheet1", 1, 1), book.MergeCell("Sheet1", "A1", "A2"), strike(book, "B2", "B2"), strike(book, "D3", "D4"),
			book.SetColVisible("Sheet1", "A:B", false), book.SetCellValue("Sheet1", "D3", 0), hide(book, "D3"))
	}))
	if diff := cmp.Diff([]string{"1 Ann>Bob", "1 Bob>Ann"}, ballots(f)); diff != "" {
		t.Error(diff)
	}
	if want := "Hidden in the sheet, but looked at like the others: columns 1 to 2."; !slices.Contains(f.Notes, want) {
		t.Errorf("%q", f.Notes)
	}
}

// What package xml and excelize put in place of half a character, or leave out, does not become a name.
func TestHalvesOfCharactersInASheet(t *testing.T) {
	const lost = "A character of this cell is written as two halves, or only half of it is there: write it in a spreadsheet, or save the sheet as CSV."
	for text, want := range map[string]string{
		"_xD83C__xDF55_":        "x.xlsx (Sheet1):3:2: " + lost,
		"Bob_xdc00_":            "x.xlsx (Sheet1):3:2: " + lost,
		"&#xD83C;":              "x.xlsx (Sheet1):3:2: A character of \"\ufffd\" was lost, or is U+FFFD, which stands for a lost one: write the right one.",
		"_x005F_xD83C_ _x0041_": "",
	} {
		for _, inline := range []bool{false, true} {
			book := edited(t, func(book *excelize.File) error { return book.SetCellValue("Sheet1", "B3", "PIZZA") })
			book = repacked(t, book, func(part, xml string) string {
				if inline && part == "xl/worksheets/sheet1.xml" {
					shared := regexp.MustCompile(`<c r="B3"[^>]*>.*?</c>`)
					return shared.ReplaceAllString(xml, `<c r="B3" t="inlineStr"><is><t>`+text+`</t></is></c>`)
				}
				return strings.ReplaceAll(xml, "PIZZA", text)
			})
			if want != "" {
				wrong(t, "x.xlsx", book, want)
			} else if f := read(t, "x.xlsx", book); !slices.Contains(f.Names, "_xD83C_ A") {
				t.Errorf("%q", f.Names)
			}
		}
	}
}

// repacked changes the parts of a workbook.
func repacked(t *testing.T, book string, change func(part, xml string) string) string {
	t.Helper()
	archive, err := zip.NewReader(strings.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, file := range archive.File {
		text, err := fs.ReadFile(archive, file.Name)
		if err != nil {
			t.Fatal(err)
		}
		part, err := w.Create(file.Name)
		if err == nil {
			_, err = io.WriteString(part, change(file.Name, string(text)))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// Sheets beside the one that is read are named; one with the same titles has more ballots.
func TestOtherSheets(t *testing.T) {
	with := func(titles ...any) string {
		return edited(t, func(book *excelize.File) error {
			var errs []error
			for _, name := range []string{"Notes", "Empty"} {
				_, err := book.NewSheet(name)
				errs = append(errs, err)
			}
			return errors.Join(append(errs, book.SetSheetRow("Notes", "A2", &titles))...)
		})
	}
	if f := read(t, "x.xlsx", with("id", "rank 1")); !slices.Contains(f.Notes, `The sheet read is "Sheet1", and not "Notes".`) {
		t.Errorf("%q", f.Notes)
	}
	wrong(t, "x.xlsx", with("id", "rank 1", "rank 2"), `x.xlsx:1:1: The sheets "Sheet1" and "Notes" have the same titles: put their ballots into one of them, or save each as CSV.`)
}

// A hidden sheet is passed over, though it comes first and has ballots.
func TestHiddenSheet(t *testing.T) {
	book := excelize.NewFile()
	if _, err := book.NewSheet("Shown"); err != nil {
		t.Fatal(err)
	}
	for sheet, name := range map[string]string{"Sheet1": "Ann", "Shown": "Bob"} {
		if err := book.SetSheetCol(sheet, "A1", &[]string{"rank 1", name}); err != nil {
			t.Fatal(err)
		}
	}
	book.SetActiveSheet(1)
	if err := book.SetSheetVisible("Sheet1", false); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"1 Bob"}, ballots(read(t, "x.xlsx", out.String()))); diff != "" {
		t.Error(diff)
	}
}

// Numbers are what they are, not what they are shown as; dates and words are what is shown.
func TestNumbersOfASheet(t *testing.T) {
	for format, c := range map[string]struct {
		count float64
		want  string
	}{
		"#,##0": {1200, "1200 Ann"}, "0": {1.5, "15 Ann"}, "#,##0.000": {1200, "1200 Ann"}, "0%": {0.5, "5 Ann"}, "0,": {3000, "3000 Ann"}, "000": {7, "7 Ann"},
		"0.0": {0.1 + 0.2, "3 Ann"}, "0;0": {-3, `The number of ballots must be a number such as 7 or 4.5, not "-3".`}, "yyyy-mm-dd": {45000, `The number of ballots must be a number such as 7 or 4.5, not "2023-03-15".`},
	} {
		text := edited(t, func(book *excelize.File) error {
			style, err := book.NewStyle(&excelize.Style{CustomNumFmt: &format})
			return errors.Join(err, book.SetSheetCol("Sheet1", "A1", &[]any{"count", c.count}), book.SetSheetCol("Sheet1", "B1", &[]any{"rank 1", "Ann"}),
				book.SetSheetCol("Sheet1", "C1", &[]any{nil, nil}), book.RemoveRow("Sheet1", 3), book.SetCellStyle("Sheet1", "A2", "A2", style))
		})
		f, err := ballotfile.Read("x.xlsx", "", strings.NewReader(text))
		if err != nil {
			if !strings.HasSuffix(err.Error(), c.want) {
				t.Errorf("%s: %v", format, err)
			}
		} else if diff := cmp.Diff([]string{c.want}, ballots(f)); diff != "" {
			t.Errorf("%s: %s", format, diff)
		}
	}
}
