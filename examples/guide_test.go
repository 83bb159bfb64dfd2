package examples_test

import (
	"go/format"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	guide  = "../docs/socketio.md"
	readme = "../socketio/README.md"
)

// All Go code of the guides is taken from code that is compiled, and most of it run: the
// examples of the packages and the programs here.
func TestGuide(t *testing.T) {
	sources := sources(t, "../socketio", ".", "../conformance/frameworks", "../conformance/peers")
	if blocks := goBlocks(t, guide); len(blocks) < 20 {
		t.Fatalf("found only %d blocks of Go", len(blocks))
	}
	for _, name := range guides(t) {
		for _, block := range goBlocks(t, name) {
			if !slices.ContainsFunc(sources, func(source string) bool { return hasPieces(source, block) }) {
				t.Errorf("%s: no Go file has these lines:\n%s", name, block)
			}
		}
	}
}

// guides returns the names of all guides; the first one refers to each of the others.
func guides(t *testing.T) []string {
	t.Helper()
	others, err := filepath.Glob("../docs/socketio/*.md")
	if err != nil || len(others) < 9 {
		t.Fatal(others, err)
	}
	for _, name := range others {
		if !strings.Contains(read(t, guide), "](socketio/"+filepath.Base(name)+")") {
			t.Errorf("%s does not refer to %s", guide, name)
		}
	}
	return append(others, guide)
}

// hasPieces reports whether a file has the pieces of a block, which are separated by empty
// lines, in their order.
func hasPieces(source, block string) bool {
	for piece := range strings.SplitSeq(strings.Trim(block, "\n"), "\n\n") {
		_, rest, ok := strings.Cut(source, "\n"+piece+"\n")
		if !ok {
			return false
		}
		source = "\n" + rest
	}
	return true
}

// The chat server of the README is a program of at most 20 lines, formatted by gofmt,
// that reports errors without a panic.
func TestReadme(t *testing.T) {
	blocks := goBlocks(t, readme)
	if len(blocks) == 0 || !strings.HasPrefix(blocks[0], "\npackage main\n") {
		t.Fatalf("%s does not begin with a program", readme)
	}
	if n := strings.Count(strings.TrimSpace(blocks[0]), "\n") + 1; n > 20 {
		t.Errorf("the program has %d lines", n)
	}
	_, source, _ := strings.Cut(read(t, readme), "```go\n")
	source, _, _ = strings.Cut(source, "```\n") // blocks have no indentation
	formatted, err := format.Source([]byte(source))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(source, string(formatted)); diff != "" {
		t.Errorf("the program is not formatted (+gofmt -README):\n%s", diff)
	}
	if strings.Contains(source, "panic(") {
		t.Error("the program panics")
	}
	program := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(program, []byte(blocks[0]), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "go", "vet", program).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// What the texts refer to is there.
func TestLinks(t *testing.T) {
	for _, name := range append(guides(t), readme, "README.md") {
		text := read(t, name)
		for _, link := range regexp.MustCompile(`\]\(([^)]+)\)`).FindAllStringSubmatch(text, -1) {
			path, heading, _ := strings.Cut(link[1], "#")
			switch {
			case strings.Contains(path, "://"):
			case path == "":
				if !slices.Contains(anchors(text), heading) {
					t.Errorf("%s: there is no heading #%s", name, heading)
				}
			default:
				if _, err := os.Stat(filepath.Join(filepath.Dir(name), path)); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
	}
}

// anchors returns what headings are called in links.
func anchors(text string) (names []string) {
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(text, -1) {
		name := regexp.MustCompile(`[^a-z0-9 -]`).ReplaceAllString(strings.ToLower(heading[1]), "")
		names = append(names, strings.ReplaceAll(name, " ", "-"))
	}
	return names
}

// goBlocks returns the blocks of Go in a text, as flat returns them.
func goBlocks(t *testing.T, name string) (blocks []string) {
	t.Helper()
	for _, block := range regexp.MustCompile("(?ms)^```go\n(.+?)^```$").FindAllStringSubmatch(read(t, name), -1) {
		blocks = append(blocks, flat(block[1]))
	}
	return blocks
}

// sources returns the Go files in folders, and the folders in them, as flat returns
// them.
func sources(t *testing.T, folders ...string) (files []string) {
	t.Helper()
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.Name() == "node_modules":
				return fs.SkipDir
			case strings.HasSuffix(name, ".go"):
				files = append(files, flat(read(t, name)))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// flat returns code without indentation, each line after a newline.
func flat(code string) string {
	var b strings.Builder
	for line := range strings.Lines(code) {
		b.WriteByte('\n')
		b.WriteString(strings.TrimSpace(line))
	}
	return b.String() + "\n"
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
