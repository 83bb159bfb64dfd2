package convertcmd_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/cmd/caucus/convertcmd"
)

const council = "3 2\n4.5 1 2=3 0\n1 - 3 0\n0\n\"Ada \"\"A\"\"\"\n\"=Bo\"\n\"Cy\"\n\"Council\"\n"

func TestConvert(t *testing.T) {
	path := filepath.Join(t.TempDir(), "council.blt")
	if err := os.WriteFile(path, []byte(council), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args, stdin string
		code        int
		out, err    string
	}{
		{"-to blt " + path, "", 0, council, ""},
		{"-to csv " + path, "", 0, "count,\"Rank [Ada \"\"A\"\"]\",Rank ['=Bo],Rank [Cy]\n4.5,1,2,2\n1,,,2\n", "caucus convert: csv has no place for the title, the number of seats (-seats 2).\n"},
		{"-to preflib " + path, "", 1, "", "caucus convert: PrefLib has no empty ranks and no option twice on a ballot: write BLT or JSON\n"},
		{"-to preflib -", "1,2\nB,A\n", 0, "# TITLE: \n# DATA TYPE: soc\n# NUMBER ALTERNATIVES: 2\n# NUMBER VOTERS: 1\n# NUMBER UNIQUE ORDERS: 1\n# ALTERNATIVE NAME 1: A\n# ALTERNATIVE NAME 2: B\n1: 2,1\n", "caucus convert: Ranks are columns 1 to 2.\n"},
		{"-to blt -from csv -", "rank 1,rank 2\nA,overvote\n", 1, "", "caucus convert: BLT has no way to say that a rank has an overvote of unknown options: write CSV or JSON\n"},
		{"-to xlsx -", "", 2, "", "caucus convert: invalid value \"xlsx\" for flag -to: it should be one of blt, preflib, csv, json\ncaucus convert -help shows how to use it.\n"},
		{"-", "", 2, "", "caucus convert: -to is missing: it should be one of blt, preflib, csv, json\ncaucus convert -help shows how to use it.\n"},
		{"-to csv", "", 2, "", "caucus convert: there should be one file, not 0\ncaucus convert -help shows how to use it.\n"},
		{"-to csv -", "x\n", 1, "", "caucus convert: standard input:1:1: No column is a rank: the first row should name them \"rank 1\", \"rank 2\" and so on, or name the options, with ranks below.\n"},
	} {
		var out, err bytes.Buffer
		code := convertcmd.Run(t.Context(), strings.Fields(test.args), strings.NewReader(test.stdin), &out, &err)
		if code != test.code || out.String() != test.out || err.String() != test.err {
			t.Errorf("%s: exit code %d\n%s%s", test.args, code, cmp.Diff(test.out, out.String()), cmp.Diff(test.err, err.String()))
		}
	}
}

func TestHelp(t *testing.T) {
	var out, err bytes.Buffer
	if code := convertcmd.Run(t.Context(), []string{"-help"}, nil, &out, &err); code != 0 || !strings.HasPrefix(out.String(), "Usage: caucus convert -to FORMAT") || err.Len() > 0 {
		t.Errorf("%d\n%s%s", code, &out, &err)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }

// Nothing is written of what was not read to its end, and an error of writing is told.
func TestEnds(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	var out, err bytes.Buffer
	if code := convertcmd.Run(ctx, []string{"-to", "blt", "-"}, strings.NewReader("1\nA\n"), full{}, &err); code != 1 || !strings.HasSuffix(err.String(), "caucus convert: the disk is full\n") {
		t.Errorf("%d, %s", code, &err)
	}
	cancel(errors.New("enough"))
	err.Reset()
	if code := convertcmd.Run(ctx, []string{"-to", "blt", "-"}, strings.NewReader("1\nA\n"), &out, &err); code != 1 || out.Len() > 0 || err.String() != "caucus convert: enough\n" {
		t.Errorf("%d, %s%s", code, &out, &err)
	}
}
