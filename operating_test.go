package caucus_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Each line that the server logs at Warn or Error is in the table of docs/operating.md,
// and the table has no other.
func TestOperatingExplainsEveryLine(t *testing.T) {
	logged := warnings(t)
	page, err := os.ReadFile("docs/operating.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, ok := strings.Cut(string(page), "\n## What the log says\n")
	if !ok {
		t.Fatal("docs/operating.md does not say what the log says")
	}
	explained := map[string]bool{}
	for row := range strings.Lines(table) {
		cells := strings.Split(row, " | ")
		if !strings.HasPrefix(row, "| `") || len(cells) != 3 {
			continue
		}
		for _, line := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[0], -1) {
			explained[line[1]] = true
		}
	}
	for line, where := range logged {
		if !explained[line] {
			t.Errorf("%s: %q is not in the table", where, line)
		}
	}
	for line := range explained {
		if logged[line] == "" {
			t.Errorf("%q is in the table, and logged nowhere", line)
		}
	}
}

// warnings returns the messages of all such lines in the source of the server, each
// with a place.
func warnings(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	set := token.NewFileSet()
	for _, root := range []string{"cmd/caucus", "internal", "socketio"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && notServed(d.Name()):
				return filepath.SkipDir
			case !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
				return nil
			}
			file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					if message, ok := warning(call); ok {
						found[message] = set.Position(call.Pos()).String()
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(found) < 30 {
		t.Fatalf("only %d lines were found: %q", len(found), slices.Sorted(maps.Keys(found)))
	}
	return found
}

// notServed reports whether a folder has nothing that runs in the server.
func notServed(dir string) bool {
	return strings.HasSuffix(dir, "test") || slices.Contains([]string{"testdata", "node_modules", "sioclient", "admin", "example", "interop"}, dir)
}

// warning returns the message that a call logs, if it does so at Warn or Error.
func warning(call *ast.CallExpr) (message string, ok bool) {
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return "", false
	}
	at := -1 // which argument is the message
	switch method.Sel.Name {
	case "Warn", "Error":
		at = 0
	case "WarnContext", "ErrorContext":
		at = 1
	case "Log", "LogAttrs", "NewRecord": // with the level before the message
		if len(call.Args) > 2 && !isLevel(call.Args[1], "LevelInfo", "LevelDebug") {
			at = 2
		}
	case "say": // an advisor's
		at = 2
	case "NewLogLogger": // of net/http
		return "http: …", len(call.Args) == 2 && isLevel(call.Args[1], "LevelWarn", "LevelError")
	}
	if at < 0 || at >= len(call.Args) {
		return "", false
	}
	literal, ok := call.Args[at].(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return "", false
	}
	message, err := strconv.Unquote(literal.Value)
	return message, err == nil
}

func isLevel(e ast.Expr, names ...string) bool {
	level, ok := e.(*ast.SelectorExpr)
	return ok && slices.Contains(names, level.Sel.Name)
}
