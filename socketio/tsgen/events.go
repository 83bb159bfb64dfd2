package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/packages"
)

const library = "github.com/caucus-live/caucus/socketio"

// An event is a constant of one of the library's event types.
type event struct {
	name     string
	doc      string
	in, out  types.Type // nil if absent
	answered bool

	fromClient, fromServer, ignored bool
	at                              token.Position
}

// The events of some packages, in the order of their declaration.
type contract struct {
	fromClients, fromServer []*event
}

// findEvents returns the events that packages declare, each with the direction that a
// directive or its uses in the packages give it.
func findEvents(pkgs []*packages.Package) (*contract, error) {
	var all []*event
	known := map[types.Object]*event{}
	for _, pkg := range pkgs {
		for _, file := range pkg.Syntax {
			for _, decl := range file.Decls {
				if decl, ok := decl.(*ast.GenDecl); ok && decl.Tok == token.CONST {
					all = append(all, constants(pkg, decl, known)...)
				}
			}
		}
	}
	for _, pkg := range pkgs {
		for _, file := range pkg.Syntax {
			ast.Inspect(file, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					use(pkg.TypesInfo, call, known)
				}
				return true
			})
		}
	}
	return split(all)
}

// constants returns the events of one const declaration.
func constants(pkg *packages.Package, decl *ast.GenDecl, known map[types.Object]*event) (events []*event) {
	for _, spec := range decl.Specs {
		spec, ok := spec.(*ast.ValueSpec)
		if !ok {
			continue
		}
		for _, ident := range spec.Names {
			obj, ok := pkg.TypesInfo.Defs[ident].(*types.Const)
			if !ok {
				continue
			}
			e := eventOf(obj)
			if e == nil {
				continue
			}
			e.doc = text(spec.Doc, spec.Comment)
			if !decl.Lparen.IsValid() {
				e.doc = text(decl.Doc, spec.Comment)
			}
			e.at = pkg.Fset.Position(ident.Pos())
			e.direct(spec.Doc, decl.Doc)
			known[obj] = e
			events = append(events, e)
		}
	}
	return events
}

// eventOf returns the event that a constant is, or nil.
func eventOf(obj *types.Const) *event {
	named, ok := types.Unalias(obj.Type()).(*types.Named)
	if !ok || obj.Val().Kind() != constant.String || named.Obj().Pkg() == nil || named.Obj().Pkg().Path() != library {
		return nil
	}
	e := &event{name: constant.StringVal(obj.Val())}
	switch named.Obj().Name() {
	case "Event":
		e.in = named.TypeArgs().At(0)
	case "Call":
		e.in, e.out, e.answered = named.TypeArgs().At(0), named.TypeArgs().At(1), true
	case "Signal":
	default:
		return nil
	}
	return e
}

// direct takes the direction from the first comment group that has a directive.
func (e *event) direct(groups ...*ast.CommentGroup) {
	for _, group := range groups {
		_, client := directive("client", group)
		_, server := directive("server", group)
		_, both := directive("both", group)
		_, ignored := directive("ignore", group)
		if client || server || both || ignored {
			e.fromClient, e.fromServer, e.ignored = client || both, server || both, ignored
			return
		}
	}
}

// use notes which way an event goes in a call of one of its methods: its handler is
// registered on a namespace, or it is sent to sockets.
func use(info *types.Info, call *ast.CallExpr, known map[types.Object]*event) {
	method, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return
	}
	e := known[object(info, method.X)]
	if e == nil {
		return
	}
	for _, arg := range call.Args {
		switch receiver, library := ofLibrary(info.TypeOf(arg)); {
		case !library:
		case handlers[method.Sel.Name] && receiver == "Namespace":
			e.fromClient = true
		case senders[method.Sel.Name] && receivers[receiver]:
			e.fromServer = true
		}
	}
}

// The methods of events, and their receivers.
var (
	handlers  = map[string]bool{"On": true}
	senders   = map[string]bool{"Emit": true, "Do": true, "DoAll": true}
	receivers = map[string]bool{"Socket": true, "Target": true, "Namespace": true, "Server": true}
)

// object returns what an identifier, perhaps of another package, stands for.
func object(info *types.Info, x ast.Expr) types.Object {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		return info.Uses[x]
	case *ast.SelectorExpr:
		return info.Uses[x.Sel]
	}
	return nil
}

// ofLibrary returns the name of a type of the library.
func ofLibrary(t types.Type) (name string, ok bool) {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil || named.Obj().Pkg().Path() != library {
		return "", false
	}
	return named.Obj().Name(), true
}

// split orders events by their sender.
func split(all []*event) (*contract, error) {
	if len(all) == 0 {
		return nil, errors.New("the packages declare no constants of type socketio.Event, Signal or Call")
	}
	var c contract
	var errs []error
	seen := map[string]*event{}
	for _, e := range all {
		if e.ignored {
			continue
		}
		if other := seen[e.name]; other != nil {
			errs = append(errs, fmt.Errorf("%v: %q is declared at %v too", e.at, e.name, other.at))
		}
		seen[e.name] = e
		if !e.fromClient && !e.fromServer {
			errs = append(errs, fmt.Errorf("%v: nothing in the packages handles or emits %q: name the packages that do, or write //tsgen:client or //tsgen:server above it", e.at, e.name))
		}
		if e.fromClient {
			c.fromClients = append(c.fromClients, e)
		}
		if e.fromServer {
			c.fromServer = append(c.fromServer, e)
		}
	}
	return &c, errors.Join(errs...)
}
