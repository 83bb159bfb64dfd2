// Package conformance_test checks what the documents in this folder say of tests.
package conformance_test

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var (
	tested  = regexp.MustCompile("`((?:Test|Fuzz|engineio-|socketio-)[^`]+)`")
	defined = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
)

// TestHostileInputIsTested checks that hostile.md names tests that there are, that
// each of its rows names one or says why not, and that no TestHostile… is forgotten.
func TestHostileInputIsTested(t *testing.T) {
	text, err := os.ReadFile("hostile.md")
	if err != nil {
		t.Fatal(err)
	}
	tests := testsOf(t, "../socketio", "soak")
	for row := range strings.Lines(string(text)) {
		names := tested.FindAllStringSubmatch(row, -1)
		if isRow(row) && len(names) == 0 && !strings.Contains(row, "| does not apply: ") {
			t.Errorf("no test is named: %s", row)
		}
		for _, name := range names {
			if !exists(tests, name[1]) {
				t.Errorf("there is no %s", name[1])
			}
		}
	}
	for function := range tests {
		if strings.HasPrefix(function, "TestHostile") && !strings.Contains(string(text), "`"+function) {
			t.Errorf("%s is not listed", function)
		}
	}
}

// TestDifferencesNameTranscripts checks that differences.md names transcripts that
// there are.
func TestDifferencesNameTranscripts(t *testing.T) {
	text, err := os.ReadFile("differences.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range regexp.MustCompile("`((?:engine|socket)io-v[0-9]/[^`]+)`").FindAllSubmatch(text, -1) {
		if !exists(nil, string(name[1])) {
			t.Errorf("there is no %s", name[1])
		}
	}
}

// TestSuitesAreListed checks that the README lists the suites that there are servers
// for, with their ports.
func TestSuitesAreListed(t *testing.T) {
	listed := pairs(t, "README.md", "(?m)^\\| `([a-z0-9-]+)` \\|.* \\| ([0-9]+) \\|$")
	served := pairs(t, "server/main.go", `(?m)^\t"([a-z0-9-]+)": +\{([0-9]+),`)
	if diff := cmp.Diff(served, listed); diff != "" || len(served) == 0 {
		t.Errorf("suites (-served +listed):\n%s", diff)
	}
}

// pairs returns what an expression of two groups finds in a file.
func pairs(t *testing.T, path, expression string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, m := range regexp.MustCompile(expression).FindAllSubmatch(text, -1) {
		found[string(m[1])] = string(m[2])
	}
	return found
}

// isRow reports whether a line is one of a table's body.
func isRow(line string) bool {
	return strings.HasPrefix(line, "| ") && !strings.HasSuffix(line, "| shown by |\n") && !strings.HasSuffix(line, "| target |\n")
}

// exists reports whether there is a test function, with a case of that name if one is
// given, or a transcript.
func exists(tests map[string]string, name string) bool {
	function, subtest, _ := strings.Cut(name, "/")
	if strings.Contains(function, "io-") {
		_, err := os.Stat("transcripts/" + name + ".txtar")
		return err == nil
	}
	file, ok := tests[function]
	return ok && (subtest == "" || strings.Contains(file, `"`+subtest+`"`))
}

// testsOf returns the text of the files in which the tests below some folders are
// defined, by the tests' names.
func testsOf(t *testing.T, folders ...string) map[string]string {
	t.Helper()
	tests := map[string]string{}
	for _, folder := range folders {
		root := os.DirFS(folder)
		err := fs.WalkDir(root, ".", func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := fs.ReadFile(root, path)
			for _, m := range defined.FindAllSubmatch(text, -1) {
				tests[string(m[1])] += string(text)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return tests
}
