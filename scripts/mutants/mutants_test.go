package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// module makes a package with a test that pins one of its functions, and hangs where another
// one does.
func module(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": "module example.com/m\n\ngo 1.24\n",
		"m.go": `package m

func Pinned(a, b int) bool { return a < b }

func Loop(n int) {
	for n > 0 {
		n--
	}
}
`,
		"m_test.go": `package m

import "testing"

func TestPinned(t *testing.T) {
	if Pinned(1, 1) || !Pinned(1, 2) {
		t.Error("wrong")
	}
	Loop(1)
}
`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
}

// Each mutant is killed, hangs or survives, and the file stays as it is.
func TestOutcomes(t *testing.T) {
	module(t)
	l, err := newLab(t.Context(), ".", "", "")
	if err != nil {
		t.Fatal(err)
	}
	defer l.close()
	before, err := os.ReadFile(l.files[0])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.baseline(t.Context()); err != nil {
		t.Fatal(err)
	}
	all, err := l.mutants()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]outcome{
		"< became <=": killed, "> became >=": survived, "0 became 1": survived, "-- became ++": hung,
	}
	for _, m := range all {
		// n++ ends when n overflows, which takes longer than this.
		got, err := l.try(t.Context(), m, 500*time.Millisecond)
		if err != nil {
			t.Fatal(err)
		}
		if got != want[m.what] {
			t.Errorf("%v: %s: %s, want %s", m.where, m.what, got, want[m.what])
		}
		delete(want, m.what)
	}
	if len(want) > 0 {
		t.Errorf("not tried: %v", want)
	}
	if after, err := os.ReadFile(l.files[0]); err != nil || string(after) != string(before) {
		t.Errorf("the file changed: %v", err)
	}
}

// Only the files that were asked for are changed.
func TestFiles(t *testing.T) {
	module(t)
	for files, want := range map[string]int{"": 1, "^m": 1, "^other": 0} {
		l, err := newLab(t.Context(), ".", "", files)
		if err != nil {
			t.Fatal(err)
		}
		defer l.close()
		if len(l.files) != want {
			t.Errorf("%q: %q", files, l.files)
		}
	}
}

// Tests that write their failures to the tree, and make them smaller first, are told not to.
func TestFailuresAreNotKept(t *testing.T) {
	module(t)
	quiet := "package m\n\nimport (\n\t\"flag\"\n\t\"testing\"\n\t\"time\"\n)\n\nvar (\n\tquiet = flag.Bool(\"rapid.nofailfile\", false, \"\")\n\tshrink = flag.Duration(\"rapid.shrinktime\", time.Second, \"\")\n)\n\nfunc TestX(t *testing.T) {\n\tif !*quiet || *shrink != 0 {\n\t\tt.Fail()\n\t}\n}\n"
	if err := os.WriteFile("quiet_test.go", []byte(quiet), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := mutate(t.Context(), io.Discard, []string{"."}, plan{sample: 1}); err != nil {
		t.Error(err)
	}
}

// A package whose tests fail is refused, and so is a run that is interrupted.
func TestRefusals(t *testing.T) {
	module(t)
	if err := mutate(t.Context(), io.Discard, nil, plan{}); err == nil {
		t.Error("no package")
	}
	if err := mutate(t.Context(), io.Discard, []string{"./missing"}, plan{}); err == nil {
		t.Error("a missing package")
	}
	if err := mutate(t.Context(), io.Discard, []string{"."}, plan{files: "("}); err == nil {
		t.Error("files by what is no regexp")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := mutate(ctx, io.Discard, []string{"."}, plan{}); err == nil {
		t.Error("interrupted")
	}
	if err := os.WriteFile("m_test.go", []byte("package m\n\nimport \"testing\"\n\nfunc TestX(t *testing.T) { t.Fail() }\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := mutate(t.Context(), io.Discard, []string{"."}, plan{}); err == nil {
		t.Error("tests that fail")
	}
}
