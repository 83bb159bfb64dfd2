package caucus_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const product = "github.com/caucus-live/caucus/"

// Packages that are tested without the race detector have no goroutines, and share nothing with those of others:
// neither they, nor their tests, nor what they import of this repository.
func TestSequentialPackages(t *testing.T) {
	script, err := os.ReadFile("scripts/test-go")
	if err != nil {
		t.Fatal(err)
	}
	list := regexp.MustCompile(`(?s)\nsequential=\(\n(.+?)\n\)\n`).FindSubmatch(script)
	if list == nil {
		t.Fatal("scripts/test-go has no list of them")
	}
	seen := make(map[string]bool)
	for dir := range strings.FieldsSeq(string(list[1])) {
		for _, found := range concurrent(t, filepath.Clean(dir), true, seen) {
			t.Errorf("%s: %s", dir, found)
		}
	}
}

// What finds concurrency finds each kind of it.
func TestConcurrencyIsFound(t *testing.T) {
	for source, want := range map[string]bool{
		"func f() { go g() }":                                     true,
		"func f() { go func() {}() }":                             true,
		"func f(group interface{ Go(func()) }) { group.Go(nil) }": true,
		"func f(t *testing.T) { t.Parallel() }":                   true,
		"func f(b *testing.B) { b.RunParallel(nil) }":             true,
		"func f() { time.AfterFunc(1, g) }":                       true,
		"import \"sync\"":                                         true,
		"import \"sync/atomic\"":                                  true,
		"import \"testing/synctest\"":                             true,
		"import \"strings\"":                                      false,
		"func f() { g() }":                                        false,
	} {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "x.go"), "package x\n\n"+source+"\n")
		if found := concurrent(t, dir, true, make(map[string]bool)); (len(found) > 0) != want {
			t.Errorf("%s: found %v", source, found)
		}
	}
}

// concurrent returns what may run concurrently in a package, with its tests or without, and in what it imports of
// this repository. It passes over files that it has seen.
func concurrent(t *testing.T, dir string, tests bool, seen map[string]bool) (found []string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(names) == 0 {
		t.Fatalf("%s: %v, %v", dir, names, err)
	}
	files := token.NewFileSet()
	for _, name := range names {
		if seen[name] || !tests && strings.HasSuffix(name, "_test.go") {
			continue
		}
		seen[name] = true
		file, err := parser.ParseFile(files, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			path := strings.Trim(spec.Path.Value, `"`)
			if path == "sync" || path == "sync/atomic" || path == "testing/synctest" {
				found = append(found, fmt.Sprintf("%s imports %s", name, path))
			}
			if ours, ok := strings.CutPrefix(path, product); ok {
				found = append(found, concurrent(t, ours, false, seen)...)
			}
		}
		ast.Inspect(file, func(node ast.Node) bool {
			if what := concurrency(node); what != "" {
				found = append(found, fmt.Sprintf("%s has %s", files.Position(node.Pos()), what))
			}
			return true
		})
	}
	return found
}

// concurrency says how a node starts a goroutine, or "".
func concurrency(node ast.Node) string {
	switch node := node.(type) {
	case *ast.GoStmt:
		return "a go statement"
	case *ast.SelectorExpr:
		switch name := node.Sel.Name; name {
		case "Go", "Parallel", "RunParallel", "AfterFunc":
			return name
		}
	}
	return ""
}
