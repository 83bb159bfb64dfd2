package caucus_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// notPortable is what works with GNU's tools, a newer bash or a newer make than those of
// macOS, with what works everywhere.
var notPortable = map[*regexp.Regexp]string{
	regexp.MustCompile(`\bfind .*-printf\b`):                           "a loop over a pattern",
	regexp.MustCompile(`\bsed (-\w+ )*-\w*[ir]\b`):                     "sed without -i and -r",
	regexp.MustCompile(`\b(readlink -f|realpath)\b`):                   "cd and pwd",
	regexp.MustCompile(`\bdate (-d|--)`):                               "git log, or the program's own clock",
	regexp.MustCompile(`(^|\s)install -\w*[Dtdm]`):                     "mkdir, cp and chmod",
	regexp.MustCompile(`\b(du|ls|cp|mv|rm|sort|mktemp|stat) --`):       "short options",
	regexp.MustCompile(`\bgrep (-\w+ )*-\w*P`):                         "grep -E",
	regexp.MustCompile(`\b(mapfile|readarray)\b`):                      "a loop with read",
	regexp.MustCompile(`\bdeclare -\w*[Ang]`):                          "two lists, or a function",
	regexp.MustCompile(`\bstat -\w*c\b`):                               "wc -c, ls -l",
	regexp.MustCompile(`\bxargs (-\w+ )*-\w*r`):                        "a loop",
	regexp.MustCompile(`\bhead (-\w+ )*-n ?-`):                         "sed",
	regexp.MustCompile(`\bsort (-\w+ )*-\w*V`):                         "git tag --sort",
	regexp.MustCompile(`(^|[^-\w])(nproc|tac|timeout|flock|setsid)\b`): "nothing of the kind",
	regexp.MustCompile(`\$\{\w+(\[\w+\])?(,,|\^\^|@\w)`):               "tr",
	regexp.MustCompile(`(\|&|&>>)`):                                    "2>&1",
	regexp.MustCompile(`^\.ONESHELL|\$\(file |::=|&:`):                 "what make 3.81 has",
}

// The Makefile and what it runs work on macOS too.
func TestScriptsArePortable(t *testing.T) {
	files := []string{"Makefile", ".ci/run"}
	scripts, err := filepath.Glob("scripts/*")
	if err != nil || len(scripts) < 8 {
		t.Fatal(scripts, err)
	}
	scripts = slices.DeleteFunc(scripts, func(name string) bool { // a program in Go has a folder
		info, err := os.Stat(name)
		return err == nil && info.IsDir()
	})
	for _, name := range append(files, scripts...) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		number := 0
		for line := range strings.Lines(string(text)) {
			number++
			for pattern, instead := range notPortable {
				if found := pattern.FindString(line); found != "" {
					t.Errorf("%s:%d: %q: use %s", name, number, found, instead)
				}
			}
		}
		if strings.Contains(string(text), "sha256sum") && !strings.Contains(string(text), "shasum -a 256") {
			t.Errorf("%s: macOS has no sha256sum, but shasum -a 256", name)
		}
		if info, err := os.Stat(name); err != nil || name != "Makefile" && runtime.GOOS != "windows" && info.Mode()&0o111 == 0 {
			t.Errorf("%s cannot be run: %v", name, err)
		}
	}
}

// A command runs in the folder of each module but those that are left out, and a failure is one of the whole.
func TestModules(t *testing.T) {
	for _, test := range []struct {
		without string
		command []string
		want    int // modules in which it runs
		fail    bool
	}{
		{"", []string{"true"}, len(requirements), false},
		{"^socketio/adapter/redis", []string{"true"}, len(requirements) - 2, false},
		{"^socketio", []string{"test", "-e", "socketio"}, 2, true}, // in the first, not in the second
	} {
		cmd := exec.CommandContext(t.Context(), "bash", append([]string{"scripts/modules"}, test.command...)...)
		cmd.Env = append(os.Environ(), "WITHOUT="+test.without)
		out, err := cmd.CombinedOutput()
		if got := bytes.Count(out, []byte("== ")); got != test.want || (err != nil) != test.fail {
			t.Errorf("%v without %q: in %d modules, %v", test.command, test.without, got, err)
		}
	}
}

// Packages with tests are tested, and no others are compiled.
func TestTested(t *testing.T) {
	script, err := filepath.Abs("scripts/tested")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":            "module m\n\ngo 1.26\n",
		"passes/x_test.go":  "package passes\n",
		"fails/x_test.go":   "package fails\n\nvar x = y\n",
		"untested/x.go":     "package untested\n\nvar x = y\n",
		"outside/x_test.go": "package outside_test\n",
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, name), text)
	}
	for except, want := range map[string]struct {
		tested []string
		fail   bool
	}{
		"":       {[]string{"m/passes", "m/fails", "m/outside"}, true},
		"/fails": {[]string{"m/passes", "m/outside"}, false},
		".":      {nil, false},
	} {
		cmd := exec.CommandContext(t.Context(), "bash", script, "-vet=off")
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "EXCEPT="+except)
		out, err := cmd.CombinedOutput()
		if (err != nil) != want.fail {
			t.Errorf("without %q: %v\n%s", except, err, out)
		}
		for _, pkg := range []string{"m/passes", "m/fails", "m/outside", "m/untested"} {
			if got := bytes.Contains(out, []byte(pkg)); got != slices.Contains(want.tested, pkg) {
				t.Errorf("without %q: %s is tested: %t\n%s", except, pkg, got, out)
			}
		}
	}
}

// What takes long says that it still runs, and how it went.
func TestProgress(t *testing.T) {
	for script, want := range map[string]int{"sleep 1.5": 0, "sleep 1.5; exit 7": 7} {
		var out, progress bytes.Buffer
		cmd := exec.CommandContext(t.Context(), "bash", "scripts/progress", "a part", "sh", "-c", "echo its output; "+script)
		cmd.Env = append(os.Environ(), "PROGRESS=1")
		cmd.Stdout, cmd.Stderr = &out, &progress
		err := cmd.Run()
		failure, failed := errors.AsType[*exec.ExitError](err)
		if failed != (want != 0) || failed && failure.ExitCode() != want || out.String() != "its output\n" {
			t.Errorf("%s: %v, %q", script, err, &out)
		}
		if !regexp.MustCompile(`^… a part: [1-9]\d* s so far\n`).Match(progress.Bytes()) || strings.Contains(progress.String(), "\na part: ") == failed {
			t.Errorf("%s: %s", script, &progress)
		}
	}
}

// A benchmark that allocates more than before fails the comparison, in whichever package it is.
func TestAllocations(t *testing.T) {
	const base = `pkg: example.com/a
BenchmarkEcho/size=40-2   	 1000	 1200 ns/op	 320 B/op	       7 allocs/op
BenchmarkEcho/size=40-2   	 1000	 1100 ns/op	 320 B/op	       6 allocs/op
BenchmarkGone-2           	 1000	 1100 ns/op	 320 B/op	       1 allocs/op
pkg: example.com/b
BenchmarkEcho/size=40-2   	 1000	 1200 ns/op	 55 MB/s	 320 B/op	       9 allocs/op
PASS
`
	line := func(pkg string, allocs ...int) string {
		text := "pkg: example.com/" + pkg + "\n"
		for _, n := range allocs {
			text += fmt.Sprintf("BenchmarkEcho/size=40-2   \t 10\t 99 ns/op\t 3 B/op\t       %d allocs/op\n", n)
		}
		return text
	}
	for name, test := range map[string]struct {
		head string
		want string
		fail bool
	}{
		"the same":         {line("a", 8, 6) + line("b", 9), "Allocations of 2 benchmarks compared: 0 make more than before.\n", false},
		"fewer":            {line("a", 5), "example.com/a BenchmarkEcho/size=40-2: 5 allocations, 6 before\nAllocations of 1 ", false},
		"more":             {line("a", 7, 7) + line("b", 9), "example.com/a BenchmarkEcho/size=40-2: 7 allocations, 6 before\nAllocations of 2 ", true},
		"more elsewhere":   {line("a", 6) + line("b", 12, 10), "example.com/b BenchmarkEcho/size=40-2: 10 allocations, 9 before\nAllocations of 2 ", true},
		"a new one":        {line("c", 99), "Allocations of 0 benchmarks compared: 0 make more", false},
		"more than digits": {line("b", 100), "example.com/b BenchmarkEcho/size=40-2: 100 allocations, 9 before\n", true},
	} {
		dir := t.TempDir()
		before, after := filepath.Join(dir, "base.txt"), filepath.Join(dir, "head.txt")
		for file, text := range map[string]string{before: base, after: test.head} {
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		out, err := exec.CommandContext(t.Context(), "bash", "scripts/allocations", before, after).CombinedOutput()
		if (err != nil) != test.fail || !strings.HasPrefix(string(out), test.want) {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}

// Nothing that was built is in the repository: go build writes programs beside their sources.
func TestNoProgramsInTheRepository(t *testing.T) {
	files, err := exec.CommandContext(t.Context(), "git", "ls-files", "-z").Output()
	if err != nil {
		t.Fatal(err)
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(string(files), "\x00"), "\x00") {
		content, err := os.ReadFile(name)
		if errors.Is(err, os.ErrNotExist) {
			continue // deleted, but not committed yet
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, magic := range []string{"\x7fELF", "MZ\x90\x00", "\xcf\xfa\xed\xfe"} { // Linux, Windows, macOS
			if strings.HasPrefix(string(content), magic) {
				t.Errorf("%s is a program", name)
			}
		}
	}
}

// What the docs ask for is what go.mod and package.json ask for.
func TestRequirementsInDocs(t *testing.T) {
	for source, says := range map[string]struct{ asked, told string }{
		"go.mod":           {`(?m)^go (\d+\.\d+)`, `\bGo (\d+\.\d+)`},
		"web/package.json": {`"node": ">=([\d.]+)"`, `\bNode (\d[\d.]*) or newer`},
	} {
		text, err := os.ReadFile(source)
		if err != nil {
			t.Fatal(err)
		}
		asked := regexp.MustCompile(says.asked).FindSubmatch(text)
		if asked == nil {
			t.Fatalf("%s asks for no version", source)
		}
		for _, doc := range []string{"README.md", "CONTRIBUTING.md", "docs/troubleshooting.md", "examples/README.md"} {
			text, err := os.ReadFile(filepath.FromSlash(doc))
			if err != nil {
				t.Fatal(err)
			}
			for _, told := range regexp.MustCompile(says.told).FindAllSubmatch(text, -1) {
				if !bytes.Equal(told[1], asked[1]) {
					t.Errorf("%s: %s, but %s asks for %s", doc, told[0], source, asked[1])
				}
			}
		}
	}
}
