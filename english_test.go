package caucus_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// habits are turns of phrase that comments, messages and flags avoid, with what to write.
var habits = map[*regexp.Regexp]string{
	regexp.MustCompile(`\banew\b`):                         `"again"`,
	regexp.MustCompile(`\bin the end\b`):                   `"eventually", or nothing`,
	regexp.MustCompile(`\bby (itself|themselves)\b`):       `"automatically", or nothing`,
	regexp.MustCompile(`\b(what|nothing) is to be\b`):      `a noun`,
	regexp.MustCompile(`\bso (many|long)\b`):               `the quantity`,
	regexp.MustCompile(`\b[Tt](ells?|old) (whether|of)\b`): `"reports whether", "reports"`,
	regexp.MustCompile(`(^|\. )Who [a-z]+`):                `"Anyone who"`,
	regexp.MustCompile(`\b(by|of|to|for) who\b`):           `a noun`,
	regexp.MustCompile(`\b(is|are) (none|no more)\b`):      `"does not exist", "has no"`,
	regexp.MustCompile(`\b(is|are|was|were) no [a-z]+`):    `"is not a", "means no"`,
	regexp.MustCompile(`\bat the earliest\b`):              `"no sooner than"`,
}

// idioms contain what else would be a habit.
var idioms = regexp.MustCompile(`(?i)\bthere (is|are|was|were) no\b|\b(is|are|was|were) no (longer|later|less|fewer|bigger|larger|greater|smaller|better|worse|further|different)\b`)

// formal are habits that exported documentation avoids besides.
var formal = map[*regexp.Regexp]string{
	regexp.MustCompile(`\bat the same time; those\b`): `"concurrently"`,
}

// Comments, messages, flags and documents are free of the habits: in the libraries, the
// product, the web client and their tests.
func TestEnglish(t *testing.T) {
	files := map[string]int{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains([]string{"testdata", "node_modules", ".git", "dist", "artifacts"}, d.Name()):
			return filepath.SkipDir
		case d.IsDir() || path == "english_test.go":
			return nil
		}
		switch kind := filepath.Ext(path); kind {
		case ".go":
			files[kind]++
			return checkEnglish(t, path)
		case ".md", ".ts", ".tsx", ".js", ".mjs":
			files[kind]++
			return checkProse(t, path, prose[kind])
		}
		return nil
	})
	for kind, least := range map[string]int{".go": 500, ".md": 20, ".tsx": 50, ".mjs": 20} {
		if files[kind] < least {
			t.Errorf("%d files %s", files[kind], kind)
		}
	}
	if err != nil {
		t.Error(err)
	}
}

// prose returns the passages of a file that are for people.
var prose = map[string]func(text string) []string{
	".md":  paragraphs,
	".ts":  remarks,
	".tsx": remarks,
	".js":  remarks,
	".mjs": remarks,
}

var (
	code    = regexp.MustCompile("(?ms)^```.*?^```|`[^`\n]*`")
	between = regexp.MustCompile(`\n\s*\n|\n\s*[-|*]|\n\s*\d+\.`)
	remark  = regexp.MustCompile(`(?m)(?:^\s*//.*\n)+|\s//\s.*$|(?s:/\*.*?\*/)`)
	slashes = regexp.MustCompile(`(?m)^\s*(?://|/?\*+)`)
)

// paragraphs returns what Markdown says outside of code.
func paragraphs(text string) []string {
	return between.Split(code.ReplaceAllString(text, "code"), -1)
}

// remarks returns the comments of a script.
func remarks(text string) []string {
	found := remark.FindAllString(text, -1)
	for i := range found {
		found[i] = slashes.ReplaceAllString(found[i], "")
	}
	return found
}

// plain returns a text in one line, without idioms.
func plain(text string) string {
	return idioms.ReplaceAllString(strings.Join(strings.Fields(text), " "), "")
}

func checkProse(t *testing.T, path string, of func(string) []string) error {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	for _, passage := range of(string(text)) {
		passage = plain(passage)
		for habit, instead := range habits {
			if at := habit.FindStringIndex(passage); at != nil {
				t.Errorf("%s: %q in %q: write %s", path, passage[at[0]:at[1]], passage[max(0, at[0]-40):min(at[1]+40, len(passage))], instead)
			}
		}
	}
	return nil
}

func checkEnglish(t *testing.T, path string) error {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, nil, parser.ParseComments)
	if err != nil {
		return err
	}
	check := func(pos token.Pos, text string, habits map[*regexp.Regexp]string) {
		text = plain(text)
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
