package ballotfile_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/ballotfile"
)

// How a table is written, and what stands around it, changes nothing: what is read is read alike,
// and what is refused is refused.
func TestTablesTransformed(t *testing.T) {
	cells := func(change func(row []string) []string) func(string) string {
		return func(text string) string {
			first, _, _ := strings.Cut(text, "\n")
			r := csv.NewReader(strings.NewReader(text))
			r.FieldsPerRecord, r.TrimLeadingSpace = -1, true
			for _, separator := range ";\t|" {
				if strings.ContainsRune(first, separator) {
					r.Comma = separator
				}
			}
			rows, err := r.ReadAll()
			if err != nil || strings.Contains(text, "\n\n") || strings.ContainsAny(text, "\r=") {
				return text // it says something by how it is written
			}
			var out strings.Builder
			w := csv.NewWriter(&out)
			w.Comma = r.Comma
			for _, row := range rows {
				_ = w.Write(change(row))
			}
			w.Flush()
			return out.String()
		}
	}
	transformations := map[string]func(text string) string{
		"a title above":   func(text string) string { return "Election of the board\n" + text },
		"a mark":          func(text string) string { return "\ufeff" + text },
		"CR LF":           func(text string) string { return strings.ReplaceAll(text, "\n", "\r\n") },
		"a column behind": cells(func(row []string) []string { return append(row, "") }),
		"a column before": cells(func(row []string) []string { return append([]string{""}, row...) }),
		"in UTF-16": func(text string) string {
			if strings.ContainsFunc(text, func(r rune) bool { return r > '~' }) {
				return text
			}
			return utf16(text)
		},
		"semicolons": func(text string) string {
			if strings.ContainsAny(text, ";\"'\r") {
				return text
			}
			return strings.ReplaceAll(text, ",", ";")
		},
	}
	different := map[string][]string{
		"a title above":   {"csv-scottish.csv"},                    // which is told by its first line
		"a column before": {"csv-numbers.csv", "put-together.csv"}, // it is the first rank, and what begins a line
	}
	for _, folder := range []string{"variants", "refused"} {
		files, err := filepath.Glob(filepath.Join("testdata", folder, "*.csv"))
		if err != nil || len(files) == 0 {
			t.Fatal(err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			text := string(data)
			if strings.HasPrefix(text, "\xff\xfe") || strings.HasPrefix(text, "\xfe\xff") {
				continue
			}
			want, wantErr := ballotfile.Read("x.csv", "", strings.NewReader(text))
			for name, change := range transformations {
				if slices.Contains(different[name], filepath.Base(file)) {
					continue
				}
				got, err := ballotfile.Read("x.csv", "", strings.NewReader(change(text)))
				switch {
				case (err == nil) != (wantErr == nil):
					t.Errorf("%s, %s: %v, not %v", file, name, err, wantErr)
				case err == nil:
					if diff := cmp.Diff(ballots(want), ballots(got)); diff != "" {
						t.Errorf("%s, %s: %s", file, name, diff)
					}
				}
			}
		}
	}
}
