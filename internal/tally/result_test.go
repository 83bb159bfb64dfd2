package tally_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/tally"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares v as JSON with a file of testdata.
func golden(t *testing.T, name string, v any) {
	t.Helper()
	got, err := json.MarshalIndent(v, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s (-want +got):\n%s", name, cmp.Diff(string(want), string(got)))
	}
}

// What clients and exports get: a change of these files is a change of the wire.
func TestResultsAsJSON(t *testing.T) {
	for name, test := range map[string]struct {
		profile string
		method  tally.Method
		seats   int
	}{
		"irv.json":          {"tennessee-tie", tally.IRV, 1},
		"stv.json":          {"food", tally.STV, 3},
		"schulze.json":      {"schulze-1", tally.Schulze, 1},
		"ranked_pairs.json": {"schulze-4", tally.RankedPairs, 1},
		"dowdall.json":      {"tennessee", tally.Dowdall, 1},
	} {
		t.Run(name, func(t *testing.T) {
			e := profile(t, test.profile)
			e.Seats, e.Seed = test.seats, []byte("seed")
			golden(t, name, count(t, test.method, e))
		})
	}
	t.Run("comparison.json", func(t *testing.T) {
		c, err := tally.Compare(t.Context(), profile(t, "tennessee"), 0)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "comparison.json", c)
	})
}

// A result survives its JSON, but for decimals after the sixth.
func TestResultsFromJSON(t *testing.T) {
	want := count(t, tally.STV, profile(t, "food"))
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	got := new(tally.Result)
	if err := json.Unmarshal(text, got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
}

// A client gets lists, never null.
func TestEmptyListsInJSON(t *testing.T) {
	for _, m := range tally.Methods() {
		text, err := json.Marshal(count(t, m, new(tally.Election)))
		if err != nil {
			t.Fatal(err)
		}
		want := `{"method":"` + string(m) + `","seats":1,"options":[],"ballots":0,"blank":0,"winners":[],"order":[],"ties":[]}`
		if string(text) != want {
			t.Errorf("got  %s\nwant %s", text, want)
		}
	}
	c, err := tally.Compare(t.Context(), parse(t, "1:a"), 0)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(text, []byte("null")) {
		t.Errorf("null in %s", text)
	}
}

func TestFigureFromJSON(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0", "12": "12", "-3": "-3", "57.666667": "57.666667", "1000000000000": "1000000000000", "0.10": "0.1",
		"4.0000001": "", "3.9999999": "", "4.0000000": "",
		strings.Repeat("0", 63) + "1": "1", strings.Repeat("0", 64) + "1": "",
		"1e3": "", `"1"`: "", "1.2.3": "", "-": "", "": "", "--1": "",
	} {
		var f tally.Figure
		err := f.UnmarshalJSON([]byte(text))
		if (err == nil) != (want != "") || err == nil && f.String() != want {
			t.Errorf("%q: %v, %v; want %q", text, f, err, want)
		}
	}
}
