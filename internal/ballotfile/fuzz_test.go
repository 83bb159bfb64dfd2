package ballotfile_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/caucus-live/caucus/internal/ballotfile"
	"github.com/caucus-live/caucus/internal/tally"
)

// fuzz checks that whatever is read can be counted, and that whatever is not is an Error
// that points into the file.
func fuzz(f *testing.F, format ballotfile.Format) {
	f.Helper()
	f.Fuzz(func(t *testing.T, text string) {
		file, err := ballotfile.Read("x", format, strings.NewReader(text))
		var e *ballotfile.Error
		switch {
		case err == nil:
			if len(file.Names) != len(file.Election.Options) {
				t.Errorf("%d names of %d options", len(file.Names), len(file.Election.Options))
			}
			if _, err := tally.Count(t.Context(), tally.Plurality, &file.Election); err != nil {
				t.Errorf("read, but not to be counted: %v", err)
			}
		case !errors.As(err, &e):
			t.Errorf("error %v", err)
		case e.Line < 1 || e.Line > strings.Count(text, "\n")+strings.Count(text, "\r")+1 || e.Column < 1 || e.Column > len(text)+1 || file != nil:
			t.Errorf("error %v of a file of %d bytes", err, len(text))
		}
	})
}
