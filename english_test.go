package caucus_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// habits are turns of phrase that comments, messages and flags avoid, with what to write.
var habits = map[*regexp.Regexp]string{
	regexp.MustCompile(`\banew\b`):                         `"again"`,
	regexp.MustCompile(`\bin the end\b`):                   `"eventually", or nothing`,
	regexp.MustCompile(`\bby (itself|themselves)\b`):       `"automatically", or nothing`,
	regexp.MustCompile(`\bwhat is to be\b`):                `a noun`,
	regexp.MustCompile(`\bso (many|long)\b`):               `the quantity`,
	regexp.MustCompile(`\b[Tt](ells?|old) (whether|of)\b`): `"reports whether", "reports"`,
	regexp.MustCompile(`(^|\. )Who [a-z]+`):                `"Anyone who"`,
	regexp.MustCompile(`\b(by|of|to|for) who\b`):           `a noun`,
	regexp.MustCompile(`\b(is|are) (none|no more)\b`):      `"does not exist", "has no"`,
}

// formal are habits that exported documentation avoids besides.
var formal = map[*regexp.Regexp]string{
	regexp.MustCompile(`\bat the (same time; those|earliest)\b`): `"concurrently", "no sooner than"`,
}

// Comments, messages and flags are free of the habits: in the libraries, the product and
// their tests.
func TestEnglish(t *testing.T) {
	files := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == "node_modules" || d.Name() == ".git"):
			return filepath.SkipDir
		case !strings.HasSuffix(path, ".go") || path == "english_test.go":
			return nil
		}
		files++
		return checkEnglish(t, path)
	})
	if err != nil || files < 500 {
		t.Errorf("%d files, %v", files, err)
	}
}

func checkEnglish(t *testing.T, path string) error {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, nil, parser.ParseComments)
	if err != nil {
		return err
	}
	check := func(pos token.Pos, text string, habits map[*regexp.Regexp]string) {
		text = strings.Join(strings.Fields(text), " ")
		for habit, instead := range habits {
			if found := habit.FindString(text); found != "" {
				t.Errorf("%s: %q: write %s", set.Position(pos), found, instead)
			}
		}
	}
	for _, group := range file.Comments {
		check(group.Pos(), group.Text(), habits)
	}
	if strings.HasPrefix(path, "socketio") {
		for _, doc := range exportedDocs(file) {
			if doc != nil {
				check(doc.Pos(), doc.Text(), formal)
			}
		}
	}
	if !strings.HasSuffix(path, "_test.go") { // where strings are also data
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				check(lit.Pos(), lit.Value, habits)
			}
			return true
		})
	}
	return nil
}

// exportedDocs returns the comments that go doc shows.
func exportedDocs(file *ast.File) []*ast.CommentGroup {
	docs := []*ast.CommentGroup{file.Doc}
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if decl.Name.IsExported() {
				docs = append(docs, decl.Doc)
			}
		case *ast.GenDecl:
			if !declaresExported(decl) {
				continue
			}
			ast.Inspect(decl, func(n ast.Node) bool {
				if group, ok := n.(*ast.CommentGroup); ok {
					docs = append(docs, group)
				}
				return true
			})
		}
	}
	return docs
}

func declaresExported(decl *ast.GenDecl) bool {
	for _, spec := range decl.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			if spec.Name.IsExported() {
				return true
			}
		case *ast.ValueSpec:
			if spec.Names[0].IsExported() {
				return true
			}
		}
	}
	return false
}
