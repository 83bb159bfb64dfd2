package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/packages"
)

// A loader loads packages, each once, because that takes far longer than what is made of them.
type loader struct {
	dir    string                         // patterns are meant from here
	loaded map[string][]*packages.Package // without errors, by the patterns
}

func newLoader(dir string) *loader {
	return &loader{dir: dir, loaded: map[string][]*packages.Package{}}
}

// load type-checks the packages that the patterns name, from source; what they import
// comes from compiled packages.
func (l *loader) load(patterns ...string) ([]*packages.Package, error) {
	key := strings.Join(patterns, " ")
	if pkgs, ok := l.loaded[key]; ok {
		return pkgs, nil
	}
	pkgs, err := packages.Load(&packages.Config{Mode: packages.LoadSyntax, Dir: l.dir}, patterns...)
	if err != nil {
		return nil, err
	}
	var errs []error
	for _, pkg := range pkgs {
		for _, err := range pkg.Errors {
			errs = append(errs, err)
		}
	}
	if len(pkgs) == 0 {
		errs = append(errs, fmt.Errorf("no packages match %s", key))
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	l.loaded[key] = pkgs
	return pkgs, nil
}

// A comments holds the comments of packages, which types do not have.
type comments struct {
	docs       map[string]string // by "path.Type" and "path.Type.Field"
	directives map[string]string // the rest of a //tsgen:type line, by "path.Type"
	notNull    map[string]bool   // fields with a //tsgen:notnull line, by "path.Type.Field"
}

// read notes the comments of a package.
func (c *comments) read(path string, files []*ast.File) {
	for _, file := range files {
		for _, decl := range file.Decls {
			decl, ok := decl.(*ast.GenDecl)
			if !ok || decl.Tok != token.TYPE {
				continue
			}
			for _, spec := range decl.Specs {
				if spec, ok := spec.(*ast.TypeSpec); ok {
					c.readType(path, decl, spec)
				}
			}
		}
	}
}

func (c *comments) readType(path string, decl *ast.GenDecl, spec *ast.TypeSpec) {
	name := path + "." + spec.Name.Name
	groups := []*ast.CommentGroup{spec.Doc, spec.Comment}
	if !decl.Lparen.IsValid() {
		groups = append(groups, decl.Doc)
	}
	c.docs[name] = text(groups...)
	if as, ok := directive("type", groups...); ok {
		c.directives[name] = as
	}
	fields, ok := spec.Type.(*ast.StructType)
	if !ok {
		return
	}
	for _, field := range fields.Fields.List {
		for _, ident := range field.Names {
			c.docs[name+"."+ident.Name] = text(field.Doc, field.Comment)
			_, c.notNull[name+"."+ident.Name] = directive("notnull", field.Doc, field.Comment)
		}
	}
}

// text joins the comment groups that there are, without directives.
func text(groups ...*ast.CommentGroup) string {
	var all []string
	for _, group := range groups {
		if text := strings.TrimSpace(group.Text()); text != "" {
			all = append(all, text)
		}
	}
	return strings.Join(all, "\n")
}

// directive finds the line //tsgen:name in comment groups and returns what follows the name.
func directive(name string, groups ...*ast.CommentGroup) (rest string, ok bool) {
	for _, group := range groups {
		if group == nil {
			continue
		}
		for _, line := range group.List {
			if rest, ok := strings.CutPrefix(line.Text, "//tsgen:"+name); ok && (rest == "" || rest[0] == ' ') {
				return strings.TrimSpace(rest), true
			}
		}
	}
	return "", false
}

// key names a type among comments.
func key(obj *types.TypeName) string {
	if obj.Pkg() == nil {
		return obj.Name()
	}
	return obj.Pkg().Path() + "." + obj.Name()
}
