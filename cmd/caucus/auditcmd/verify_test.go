package auditcmd_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/cmd/caucus/auditcmd"
	"github.com/caucus-live/caucus/internal/audit/audittest"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/tally"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// verify runs caucus verify.
func verify(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, complaint bytes.Buffer
	code = auditcmd.Verify(t.Context(), args, strings.NewReader(stdin), &out, &complaint)
	return code, out.String(), complaint.String()
}

// export returns the export of a poll, as text and as what it says.
func export(t *testing.T, method tally.Method, voters int) (string, *poll.Export) {
	t.Helper()
	e := audittest.Export(t, method, voters)
	e.Settings.Topic = "Lunch?\x1b[2J" // if somebody got that by a server of their own
	e.Committed = poll.CommitTo(e.Opening())
	text, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return string(text), e
}

// receiptOf returns the receipt of a ballot that ranks the given number of options.
func receiptOf(e *poll.Export, ranked int) string {
	for _, b := range e.Ballots {
		if len(b.Ranking) == ranked {
			return b.Receipt
		}
	}
	return "none"
}

// What is said of an export that holds.
func TestVerify(t *testing.T) {
	for name, test := range map[string]struct {
		method tally.Method
		voters int
		ranked int // the options on the ballot whose receipt is asked for
	}{
		"plain.txt":  {tally.STV, 40, -1},
		"ballot.txt": {tally.IRV, 8, 3},
		"blank.txt":  {tally.Score, 40, 0},
		"none.txt":   {tally.IRV, 0, -1},
	} {
		t.Run(name, func(t *testing.T) {
			text, e := export(t, test.method, test.voters)
			args := []string{"-"}
			if test.ranked >= 0 {
				args = []string{"-receipt", " " + strings.ToLower(receiptOf(e, test.ranked)), "-"}
			}
			code, stdout, stderr := verify(t, text, args...)
			if code != 0 || stderr != "" {
				t.Fatalf("exit %d: %s", code, stderr)
			}
			golden(t, name, stdout)
		})
	}
}

func TestVerifyFile(t *testing.T) {
	text, _ := export(t, tally.IRV, 3)
	file := filepath.Join(t.TempDir(), "export.json")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, stdout, stderr := verify(t, "", file); code != 0 || !strings.Contains(stdout, "holds") {
		t.Errorf("exit %d: %s%s", code, stdout, stderr)
	}
}

// Whatever is wrong, it is said on stderr alone, and the exit code tells.
func TestVerifyFails(t *testing.T) {
	text, e := export(t, tally.IRV, 3)
	forged := strings.Replace(text, e.Results.Official.Winners[0]+`"],"order"`, `X"],"order"`, 1)
	missing := filepath.Join(t.TempDir(), "missing.json")
	for name, test := range map[string]struct {
		stdin string
		args  []string
		code  int
		want  string
	}{
		"forged":       {forged, []string{"-"}, 1, `results.official.winners[0] is "X"; counting the ballots again gives "`},
		"not JSON":     {"Dear diary", []string{"-"}, 1, "This is not JSON"},
		"no ballot":    {text, []string{"-receipt", "mine", "-"}, 1, `The export holds, but no ballot in it has the receipt "MINE".`},
		"no such file": {"", []string{missing}, 1, missing},
		"no file":      {"", nil, 2, "there should be one file, not 0\ncaucus verify -help shows how to use it.\n"},
		"a flag":       {"", []string{"-nonsense", "-"}, 2, "-nonsense"},
	} {
		code, stdout, stderr := verify(t, test.stdin, test.args...)
		if code != test.code || stdout != "" || !strings.HasPrefix(stderr, "caucus verify: ") || !strings.Contains(stderr, test.want) {
			t.Errorf("%s: exit %d, stdout %q, stderr\n%s", name, code, stdout, stderr)
		}
	}
}

func TestVerifyEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("interrupted"))
	var stdout, stderr bytes.Buffer
	if code := auditcmd.Verify(ctx, []string{"-"}, strings.NewReader("{"), &stdout, &stderr); code != 1 || stderr.String() != "caucus verify: interrupted\n" {
		t.Errorf("exit %d: %s", code, &stderr)
	}
}

func TestHelp(t *testing.T) {
	if code, stdout, _ := verify(t, "", "-help"); code != 0 || !strings.Contains(stdout, "-receipt") {
		t.Errorf("exit %d: %s", code, stdout)
	}
	for _, args := range [][]string{{"-help"}, {"verify", "-h"}} {
		if code, stdout, _ := ledgerCommand(t, args...); code != 0 || !strings.Contains(stdout, "-data") {
			t.Errorf("%v: exit %d: %s", args, code, stdout)
		}
	}
}

// What a voter has kept is compared, and an export of the first version says what it does
// not bind.
func TestVerifyWhatWasKept(t *testing.T) {
	text, e := export(t, tally.IRV, 9)
	kept, err := json.Marshal(map[string]any{"format": "caucus-receipt-1", "opening": e.Opening(), "receipt": e.Ballots[0].Receipt})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "receipt.json")
	if err := os.WriteFile(file, kept, 0o600); err != nil {
		t.Fatal(err)
	}
	swapped := *e
	swapped.Nominations = append([]poll.ExportNomination(nil), e.Nominations...)
	swapped.Nominations[0].Text, swapped.Nominations[1].Text = e.Nominations[1].Text, e.Nominations[0].Text
	swapped.Committed = poll.CommitTo(swapped.Opening())
	other, err := json.Marshal(&swapped)
	if err != nil {
		t.Fatal(err)
	}
	old := *e
	old.Committed = ""
	first, err := json.Marshal(&old)
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		export string
		args   []string
		code   int
		want   string
	}{
		"the commitment":             {text, []string{"-commitment", e.Committed}, 0, "It is what you kept"},
		"the file":                   {text, []string{"-receipt", file}, 0, "It is what you kept"},
		"both":                       {text, []string{"-receipt", file, "-commitment", e.Committed}, 0, "The ballot with your receipt ranks"},
		"nothing":                    {text, nil, 0, "Compare it with what was shown"},
		"swapped, the commitment":    {string(other), []string{"-commitment", e.Committed}, 1, "is not that of this export"},
		"swapped, the file":          {string(other), []string{"-receipt", file}, 1, "line 10 said"},
		"the first version":          {string(first), nil, 0, "It binds the seed alone"},
		"the first version's":        {string(first), []string{"-commitment", e.Commitment}, 0, "It binds the seed alone"},
		"the first version, a new's": {string(first), []string{"-commitment", e.Committed}, 0, "It is what you kept"},
		"another commitment":         {text, []string{"-commitment", "c0ffee"}, 1, "is not that of this export"},
	} {
		code, stdout, stderr := verify(t, test.export, append(test.args, "-")...)
		if code != test.code || !strings.Contains(stdout+stderr, test.want) {
			t.Errorf("%s: %d\n%s%s", name, code, stdout, stderr)
		}
	}
}
