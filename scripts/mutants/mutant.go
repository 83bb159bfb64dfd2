package main

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
)

// A mutant is one change to a file.
type mutant struct {
	file       string
	start, end int // of what is replaced
	with       string
	where      token.Position
	what       string // for people
}

func byPlace(a, b mutant) int {
	return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.start, b.start), cmp.Compare(a.with, b.with))
}

// apply returns the file with the change.
func (m mutant) apply(source []byte) []byte {
	return bytes.Join([][]byte{source[:m.start], source[m.end:]}, []byte(m.with))
}

// others are the operators that one is replaced by.
var others = map[token.Token]token.Token{
	token.EQL: token.NEQ, token.NEQ: token.EQL,
	token.LSS: token.LEQ, token.LEQ: token.LSS, token.GTR: token.GEQ, token.GEQ: token.GTR,
	token.LAND: token.LOR, token.LOR: token.LAND,
	token.ADD: token.SUB, token.SUB: token.ADD, token.MUL: token.QUO, token.QUO: token.MUL,
	token.AND: token.OR, token.OR: token.AND, token.SHL: token.SHR, token.SHR: token.SHL,
	token.INC: token.DEC, token.DEC: token.INC,
	token.ADD_ASSIGN: token.SUB_ASSIGN, token.SUB_ASSIGN: token.ADD_ASSIGN,
	token.BREAK: token.CONTINUE, token.CONTINUE: token.BREAK,
}

// mutantsOf returns every change to a file.
func mutantsOf(name string) ([]mutant, error) {
	source, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var all []mutant
	add := func(from, to token.Pos, with string) {
		m := mutant{file: name, start: files.Position(from).Offset, end: files.Position(to).Offset, with: with, where: files.Position(from)}
		m.where.Filename = filepath.Base(name)
		old := string(source[m.start:m.end])
		if m.what = fmt.Sprintf("%s became %s", short(old), with); with == "" {
			m.what = short(old) + " was left out"
		}
		all = append(all, m)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GenDecl:
			return n.Tok != token.IMPORT
		case *ast.BinaryExpr:
			if other, ok := others[n.Op]; ok {
				add(n.OpPos, n.OpPos+token.Pos(len(n.Op.String())), other.String())
			}
		case *ast.UnaryExpr:
			if n.Op == token.NOT {
				add(n.OpPos, n.OpPos+1, "")
			}
		case *ast.IncDecStmt:
			add(n.TokPos, n.End(), others[n.Tok].String())
		case *ast.BranchStmt:
			if other, ok := others[n.Tok]; ok && n.Label == nil {
				add(n.Pos(), n.End(), other.String())
			}
		case *ast.AssignStmt:
			if other, ok := others[n.Tok]; ok {
				add(n.TokPos, n.TokPos+2, other.String())
			} else if n.Tok == token.ASSIGN && !isBlank(n.Lhs[0]) {
				add(n.Pos(), n.End(), "")
			}
		case *ast.ExprStmt:
			add(n.Pos(), n.End(), "")
		case *ast.DeferStmt:
			add(n.Pos(), n.End(), "")
		case *ast.BasicLit:
			if i, err := strconv.ParseInt(n.Value, 0, 64); n.Kind == token.INT && err == nil {
				add(n.Pos(), n.End(), strconv.FormatInt(i+1, 10))
			}
		case *ast.Ident:
			if with, ok := map[string]string{"true": "false", "false": "true"}[n.Name]; ok {
				add(n.Pos(), n.End(), with)
			}
		case *ast.Field: // its tag is not a constant
			return n.Tag == nil
		}
		return true
	})
	return all, nil
}

func isBlank(e ast.Expr) bool {
	name, ok := e.(*ast.Ident)
	return ok && name.Name == "_"
}

// short cuts source for a line of output.
func short(text string) string {
	const most = 60
	if line, _, cut := bytes.Cut([]byte(text), []byte("\n")); cut || len(line) > most {
		return string(line[:min(most, len(line))]) + "…"
	}
	return text
}
