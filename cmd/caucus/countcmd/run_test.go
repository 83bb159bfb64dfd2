package countcmd_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/cmd/caucus/countcmd"
	"github.com/caucus-live/caucus/internal/tally"
)

var update = flag.Bool("update", false, "write the golden files anew")

// run runs the command; a FILE is one of testdata.
func run(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	t.Chdir("testdata")
	defer t.Chdir("..")
	var out, err bytes.Buffer
	code = countcmd.Run(t.Context(), args, strings.NewReader(stdin), &out, &err)
	return code, out.String(), err.String()
}

// What people and programs get to see.
func TestGolden(t *testing.T) {
	for name, args := range map[string]string{
		"irv.txt":             "tennessee.blt",
		"irv.md":              "-format md tennessee.blt",
		"irv.csv":             "-format csv alaska.csv",
		"irv.json":            "-format json tennessee.blt",
		"irv-exhausted.txt":   "alaska.csv",
		"irv-drawn.txt":       "-method irv -seed 00ff tie.csv",
		"irv-declared.txt":    "-method irv tie.csv",
		"irv-wide.txt":        "-batch -seed 00 wide.csv",
		"irv-wide.md":         "-batch -seed 00 -format md wide.csv",
		"irv-overvotes.txt":   "-method irv -overvotes multiple wv.toc",
		"irv-all-tied.txt":    "-method irv paradox.csv",
		"irv-seats.txt":       "-method irv -seats 2 tennessee.blt",
		"stv.txt":             "food.blt",
		"stv.csv":             "-format csv food.blt",
		"stv-wide.txt":        "-seats 3 -seed 01 wide.csv",
		"stv-fractions.txt":   "-seats 7 -seed 01 wide.csv",
		"plurality-tie.txt":   "-method plurality -seed 0102 paradox.csv",
		"approval.txt":        "-method approval tie.csv",
		"dowdall.txt":         "-method dowdall tennessee.blt",
		"minimax-margins.txt": "-method minimax -margins wv.toc",
		"schulze.txt":         "-method schulze tie.csv",
		"ranked-pairs.txt":    "-method ranked_pairs wv.toc",
		"ranked-pairs-2.txt":  "-method ranked_pairs -seed 05 paradox.csv",
		"all.txt":             "-method all tennessee.blt",
		"all.md":              "-method all -format md wv.toc",
		"all.csv":             "-method all -format csv paradox.csv",
		"all.json":            "-method all -format json paradox.csv",
		"help.txt":            "-help",
		"explain-irv.txt":     "-explain tennessee.blt",
		"explain-stv.txt":     "-explain food.blt",
		"explain-schulze.txt": "-explain -method schulze tennessee.blt",
		"explain-copeland.md": "-explain -method copeland -format md wv.toc",
		"explain-minimax.txt": "-explain -method minimax -margins wv.toc",
		"explain-borda.txt":   "-explain -method borda tennessee.blt",
		"explain-drawn.txt":   "-explain -method plurality -seed 0102 paradox.csv",
		"explain-tied.txt":    "-explain -method irv tie.csv",
	} {
		t.Run(name, func(t *testing.T) {
			code, got, stderr := run(t, "", strings.Fields(args)...)
			if code != 0 || stderr != "" {
				t.Fatalf("exit code %d, %s", code, stderr)
			}
			path := filepath.Join("testdata", "golden", name)
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A poll counts the same from its BLT as from its JSON, which also knows the method, in
// every way to write it but the one that shows ids.
func TestTheExportsOfAPollAgree(t *testing.T) {
	for _, format := range []string{"text", "csv", "md"} {
		for _, method := range []string{"stv", "irv", "borda", "schulze"} {
			_, a, _ := run(t, "", "-format", format, "-method", method, "food.blt")
			_, b, _ := run(t, "", "-format", format, "-method", method, "-ties", "declare", "food.json")
			if a == "" || a != b {
				t.Errorf("%s as %s:\n%s", method, format, cmp.Diff(a, b))
			}
		}
	}
	_, a, _ := run(t, "", "food.blt")
	if _, b, _ := run(t, "", "food.json"); a != b {
		t.Errorf("without flags:\n%s", cmp.Diff(a, b))
	}
}

// Two counts of shuffled ballots do not differ by a byte, by any method.
func TestShuffledBallots(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "wide.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines := slices.Collect(strings.Lines(string(text)))
	for _, format := range []string{"text", "json", "csv", "md"} {
		for _, method := range append(tally.Methods(), "all") {
			args := []string{"-format", format, "-method", string(method), "-seats", "2", "-seed", "0a", "-"}
			_, want, _ := run(t, string(text), args...)
			rows := slices.Clone(lines[1:])
			rand.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
			if _, got, _ := run(t, lines[0]+strings.Join(rows, ""), args...); got == "" || got != want {
				t.Errorf("%s as %s:\n%s", method, format, cmp.Diff(want, got))
			}
		}
	}
}

func TestFailures(t *testing.T) {
	const more = "\ncaucus count -help shows how to use it.\n"
	for _, test := range []struct {
		args  string
		stdin string
		code  int
		want  string
	}{
		{"", "", 2, "there should be one file, not 0" + more},
		{"a b", "", 2, "there should be one file, not 2" + more},
		{"-method coin -", "", 2, `invalid value "coin" for flag -method: it should be one of score, plurality, approval, borda, dowdall, irv, stv, copeland, minimax, schulze, ranked_pairs, all` + more},
		{"-seed 0x1 -", "", 2, `invalid value "0x1" for flag -seed: it should be an even number of hexadecimal digits` + more},
		{"-seats -1 -", "", 2, "-1 seats and 0 votes a voter cannot be" + more},
		{"-ties declare -seed 00 -", "", 2, "with -ties declare nothing is drawn, so there is no use for a -seed" + more},
		{"-explain -method all -", "", 2, "-explain explains one method, in text or Markdown" + more},
		{"-explain -format csv -", "", 2, "-explain explains one method, in text or Markdown" + more},
		{"-ties draw -", "1\nA\n", 1, "a draw needs a seed: see -seed\n"},
		{"missing.blt", "", 1, "open missing.blt: no such file or directory\n"},
		{"-from blt -", "3 x", 1, `standard input:1:3: The number of seats is from 1 to 1000; "x" is not.` + "\n"},
	} {
		code, stdout, stderr := run(t, test.stdin, strings.Fields(test.args)...)
		if want := "caucus count: " + test.want; code != test.code || stdout != "" || stderr != want {
			t.Errorf("%s: exit code %d, stdout %q, stderr\n%swant\n%s", test.args, code, stdout, stderr, want)
		}
	}
}

// An option may be called what the words of the outcome are.
func TestOptionsCalledLikeWords(t *testing.T) {
	_, got, _ := run(t, "count,1,2\n5,rounding,\n3,nobody,\n1,a,nobody\n1,a,\n", "-format", "md", "-")
	if want := "The votes go on: 1 to nobody and 1 to nobody."; !strings.Contains(got, want) {
		t.Errorf("no %q in\n%s", want, got)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("enough"))
	var out, err bytes.Buffer
	if code := countcmd.Run(ctx, []string{"-"}, strings.NewReader("1\nA\n"), &out, &err); code != 1 || out.Len() > 0 || err.String() != "caucus count: enough\n" {
		t.Errorf("exit code %d, %q, %q", code, &out, &err)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }

func TestWriteError(t *testing.T) {
	var err bytes.Buffer
	if code := countcmd.Run(t.Context(), []string{"-"}, strings.NewReader("1\nA\n"), full{}, &err); code != 1 || err.String() != "caucus count: the disk is full\n" {
		t.Errorf("exit code %d, %q", code, &err)
	}
}

// What the file says holds, unless a flag says otherwise.
func TestSettingsOfTheFile(t *testing.T) {
	for args, want := range map[string]string{
		"food.json":                        "3 seats. Method: Single transferable vote.",
		"-seats 1 food.json":               "1 seat. Method: Single transferable vote.",
		"-method borda food.json":          "3 seats. Method: Borda.",
		"food.blt":                         "3 seats. Method: Single transferable vote.",
		"-seats 1 food.blt":                "1 seat. Method: Instant runoff.",
		"paradox.csv":                      "1 seat. Method: Instant runoff.",
		"-seats 2 paradox.csv":             "2 seats. Method: Single transferable vote.",
		"-method score -votes 1 -":         "b      2       0\n",
		"-method score -votes 2 -":         "b      2  0.5625\n",
		"-method plurality -skips 0 -":     "a      1             1 elected",
		"-method plurality -":              "b      1             2 elected",
		"-method approval -seed 00 -":      "a has more first places.",
		"-method approval -ties declare -": "are tied: who of them wins depends on how the ties are broken.",
	} {
		stdin := "1,2,3\na,b,c\n"
		if strings.Contains(args, "plurality") {
			stdin = "1,2\na,\n,b\n,b\n"
		}
		if _, got, stderr := run(t, stdin, strings.Fields(args)...); !strings.Contains(got, want) {
			t.Errorf("%s: no %q in\n%s%s", args, want, got, stderr)
		}
	}
}

// A million ballots of ten options, from a file.
func BenchmarkCount(b *testing.B) {
	for _, n := range []int{100, 10_000, 1_000_000} {
		for _, format := range []string{"blt", "csv", "soc", "json"} {
			b.Run(fmt.Sprintf("format=%s/ballots=%d", format, n), func(b *testing.B) {
				path := filepath.Join(b.TempDir(), "x."+format)
				if err := os.WriteFile(path, file(format, n, 10), 0o600); err != nil {
					b.Fatal(err)
				}
				b.ReportAllocs()
				for b.Loop() {
					var out, err bytes.Buffer
					if countcmd.Run(b.Context(), []string{"-method", "irv", "-seed", "00", path}, nil, &out, &err) != 0 {
						b.Fatal(err.String())
					}
				}
			})
		}
	}
}

// file makes a file of n ballots that rank all of m options.
func file(format string, n, m int) []byte {
	rng := rand.New(rand.NewPCG(1, 2))
	var out bytes.Buffer
	names := make([]string, m)
	for i := range names {
		names[i] = fmt.Sprint("Option ", i+1)
	}
	switch format {
	case "blt":
		fmt.Fprintln(&out, m, 1)
	case "csv":
		for i := range m {
			fmt.Fprint(&out, "rank ", i+1, map[bool]string{true: "\n", false: ","}[i == m-1])
		}
	case "soc":
		fmt.Fprintf(&out, "# NUMBER ALTERNATIVES: %d\n", m)
		for i, name := range names {
			fmt.Fprintf(&out, "# ALTERNATIVE NAME %d: %s\n", i+1, name)
		}
	case "json":
		out.WriteString("{\"format\":\"caucus-poll-1\",\"nominations\":[")
		for i, name := range names {
			fmt.Fprintf(&out, "%s{\"id\":\"n%d\",\"text\":%q}", map[bool]string{true: "", false: ","}[i == 0], i+1, name)
		}
		out.WriteString("],\"ballots\":[")
	}
	for i := range n {
		ranking := rng.Perm(m)
		texts := make([]string, m)
		for j, option := range ranking {
			texts[j] = map[string]string{"blt": fmt.Sprint(option + 1), "soc": fmt.Sprint(option + 1), "csv": names[option], "json": fmt.Sprintf("\"n%d\"", option+1)}[format]
		}
		switch format {
		case "blt":
			fmt.Fprintln(&out, "1", strings.Join(texts, " "), "0")
		case "csv":
			fmt.Fprintln(&out, strings.Join(texts, ","))
		case "soc":
			fmt.Fprintln(&out, "1:", strings.Join(texts, ","))
		case "json":
			fmt.Fprintf(&out, "%s\n{\"receipt\":\"%032x\",\"ranking\":[%s]}", map[bool]string{true: "", false: ","}[i == 0], rng.Uint64(), strings.Join(texts, ","))
		}
	}
	switch format {
	case "blt":
		fmt.Fprintf(&out, "0\n\"%s\"\n", strings.Join(names, "\"\n\""))
	case "json":
		out.WriteString("]}")
	}
	return out.Bytes()
}
