package ballotfile_test

import (
	"bytes"
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
