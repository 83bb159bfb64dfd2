package tally_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Nothing in the package knows a float, an approximation or the outside, so that none
// can have a part in a decision.
func TestNothingButExactArithmetic(t *testing.T) {
	pure := []string{
		"cmp", "context", "crypto/hmac", "crypto/sha256", "encoding/binary", "encoding/hex", "errors", "fmt", "hash/maphash",
		"iter", "maps", "math", "math/big", "math/bits", "slices", "strings", "unicode", "unicode/utf8",
	}
	inexact := []string{ // also of math/big
		"float32", "float64", "complex64", "complex128",
		"Float", "NewFloat", "ParseFloat", "Float32", "Float64", "SetFloat64", "FloatPrec",
	}
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	names = slices.DeleteFunc(names, func(name string) bool { return strings.HasSuffix(name, "_test.go") })
	if len(names) < 10 {
		t.Errorf("only %q were looked at", names)
	}
	for _, name := range names {
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			if path, err := strconv.Unquote(spec.Path.Value); err != nil || !slices.Contains(pure, path) {
				t.Errorf("%v: import of %s", files.Position(spec.Pos()), path)
			}
		}
		ast.Inspect(file, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.Ident:
				if slices.Contains(inexact, node.Name) {
					t.Errorf("%v: %s", files.Position(node.Pos()), node.Name)
				}
			case *ast.BasicLit:
				if node.Kind == token.FLOAT || node.Kind == token.IMAG {
					t.Errorf("%v: %s", files.Position(node.Pos()), node.Value)
				}
			}
			return true
		})
	}
}
