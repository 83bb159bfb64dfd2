package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
)

// A source is what reflection cannot tell of the packages: comments and constants.
// Its keys are like "poll.Document" and "poll.Document.ClosesAt".
type source struct {
	docs   map[string]string
	values map[string][]string // of string types with constants: the literals, in order
}

// readSource parses the packages that are folders of root.
func readSource(root string, packages ...string) (*source, error) {
	src := &source{docs: map[string]string{}, values: map[string][]string{}}
	for _, pkg := range packages {
		files, err := filepath.Glob(filepath.Join(root, pkg, "*.go"))
		if err != nil {
			return nil, err
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			if err := src.read(pkg, name); err != nil {
				return nil, err
			}
		}
	}
	return src, nil
}

func (s *source) read(pkg, name string) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ParseComments)
	if err != nil {
		return fmt.Errorf("parse: %w", err)
	}
	for _, decl := range file.Decls {
		if decl, ok := decl.(*ast.GenDecl); ok {
			for _, spec := range decl.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					s.readType(pkg, decl, spec)
				case *ast.ValueSpec:
					s.readConstant(pkg, spec)
				}
			}
		}
	}
	return nil
}

func (s *source) readType(pkg string, decl *ast.GenDecl, spec *ast.TypeSpec) {
	name := pkg + "." + spec.Name.Name
	s.docs[name] = comment(spec.Doc, spec.Comment)
	if s.docs[name] == "" && !decl.Lparen.IsValid() {
		s.docs[name] = comment(decl.Doc)
	}
	if fields, ok := spec.Type.(*ast.StructType); ok {
		for _, field := range fields.Fields.List {
			for _, ident := range field.Names {
				s.docs[name+"."+ident.Name] = comment(field.Doc, field.Comment)
			}
		}
	}
}

// readConstant notes constants of the form Name Type = "literal".
func (s *source) readConstant(pkg string, spec *ast.ValueSpec) {
	typ, ok := spec.Type.(*ast.Ident)
	if !ok {
		return
	}
	for _, value := range spec.Values {
		if lit, ok := value.(*ast.BasicLit); ok && lit.Kind == token.STRING && lit.Value != `""` {
			name := pkg + "." + typ.Name
			s.values[name] = append(s.values[name], lit.Value)
		}
	}
}

// comment joins the comment groups of a node that it has.
func comment(groups ...*ast.CommentGroup) string {
	var all []string
	for _, group := range groups {
		if text := strings.TrimSpace(group.Text()); text != "" {
			all = append(all, text)
		}
	}
	return strings.Join(all, "\n")
}
