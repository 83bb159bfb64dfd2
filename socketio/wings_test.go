package socketio_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The cluster and recovery each have files of their own, named after them. The rest of the package
// gets there through a few of them, the doors, and knows nothing that the others declare.
func TestWings(t *testing.T) {
	doors := []string{
		"cluster.go",
		"recovery.go", "recovery_log.go", "recovery_logs.go", "recovery_offset.go", "recovery_sessions.go",
	}
	files := sources(t)
	hidden := make(map[string]string) // what is declared behind the doors: where
	for name, file := range files {
		if isWing(name) && !slices.Contains(doors, name) {
			for _, declared := range unexported(file) {
				hidden[declared] = name
			}
		}
	}
	if len(hidden) == 0 {
		t.Fatal("nothing is behind the doors")
	}
	for name, file := range files {
		if isWing(name) {
			continue
		}
		var visit func(ast.Node) bool
		visit = func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				ast.Inspect(n.X, visit)
				return false // what is selected is a field or a method
			case *ast.Ident:
				if where := hidden[n.Name]; where != "" {
					t.Errorf("%s uses %s, which is behind the doors, in %s", name, n.Name, where)
				}
			}
			return true
		}
		ast.Inspect(file, visit)
	}
}

func isWing(file string) bool {
	return strings.HasPrefix(file, "cluster") || strings.HasPrefix(file, "recovery")
}

// sources parses the package, without its tests.
func sources(t *testing.T) map[string]*ast.File {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	files := make(map[string]*ast.File)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		if files[name], err = parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// unexported returns the names of a file's types and functions that are not exported. Methods
// are reached through the type, wherever they stand.
func unexported(file *ast.File) (names []string) {
	add := func(id *ast.Ident) {
		if !id.IsExported() {
			names = append(names, id.Name)
		}
	}
	for _, decl := range file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				add(d.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				if s, ok := spec.(*ast.TypeSpec); ok {
					add(s.Name)
				}
			}
		}
	}
	return names
}
