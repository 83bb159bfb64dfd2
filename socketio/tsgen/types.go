package main

import (
	"encoding/json"
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"unicode"
)

// What encoding/json makes of types of the standard library.
var standard = map[string]string{
	"time.Time":                "string", // RFC 3339
	"time.Duration":            "number", // nanoseconds
	"encoding/json.RawMessage": "unknown",
	"encoding/json.Number":     "number",
	"math/big.Int":             "number",
	library + ".Arg":           "unknown",
	library + ".Args":          "unknown[]",
}

const binary = "export type Binary = ArrayBuffer | Uint8Array;\n"

// plain returns the TypeScript for a value that is not null: an argument of an event, in which
// nil slices and maps are sent as empty.
func (g *generator) plain(at string, t types.Type) string {
	return strings.TrimSuffix(g.typeOf(at, t), " | null")
}

// typeOf returns the TypeScript for t, and declares what it names. at says, in errors,
// where t occurs.
func (g *generator) typeOf(at string, t types.Type) string {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		return g.named(at, t)
	case *types.TypeParam:
		return t.Obj().Name()
	case *types.Basic:
		return g.basic(at, t)
	case *types.Pointer:
		return nullable(g.typeOf(at, t.Elem()))
	case *types.Slice:
		if isByte(t.Elem()) {
			return g.orNil(g.once("Binary", "Binary is bytes. Browsers receive an ArrayBuffer, Node.js a Buffer; either may be sent.", binary))
		}
		return g.orNil(array(g.typeOf(at+"[]", t.Elem())))
	case *types.Array:
		return array(g.typeOf(at+"[]", t.Elem()))
	case *types.Map:
		return g.record(at, t)
	case *types.Interface:
		return "unknown"
	case *types.Struct:
		return g.inline(at, t)
	}
	g.fail("%s: %v has no JSON", at, t)
	return "never"
}

func (g *generator) basic(at string, t *types.Basic) string {
	switch info := t.Info(); {
	case info&types.IsBoolean != 0:
		return "boolean"
	case info&types.IsString != 0:
		return "string"
	case info&(types.IsInteger|types.IsFloat) != 0 && t.Kind() != types.UnsafePointer:
		return "number"
	}
	g.fail("%s: %v has no JSON", at, t)
	return "never"
}

func (g *generator) record(at string, t *types.Map) string {
	record := fmt.Sprintf("Record<%s, %s>", g.mapKey(at, t), g.typeOf(at+"[]", t.Elem()))
	if g.isUnion(t.Key()) {
		record = "Partial<" + record + ">" // not every value of the enumeration need be a key
	}
	return g.orNil(record)
}

// mapped is record for a type with a name, which may occur in it: TypeScript refuses that in a Record.
func (g *generator) mapped(at string, t *types.Map) string {
	mark := ""
	if g.isUnion(t.Key()) {
		mark = "?"
	}
	return fmt.Sprintf("{ [key in %s]%s: %s }", g.mapKey(at, t), mark, g.typeOf(at+"[]", t.Elem()))
}

func (g *generator) mapKey(at string, t *types.Map) string {
	if named, ok := types.Unalias(t.Key()).(*types.Named); ok && marshals(named, "MarshalText") {
		return "string"
	}
	switch k := t.Key().Underlying().(type) {
	case *types.Basic:
		if k.Info()&(types.IsString|types.IsInteger) != 0 {
			return g.typeOf(at, t.Key())
		}
	case *types.Interface: // of a type parameter
		return "string"
	}
	g.fail("%s: %v has no JSON, because of its keys", at, t)
	return "never"
}

func (g *generator) isUnion(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && len(g.enumeration(named)) > 0
}

// named declares a defined type, once, and returns its name, with type arguments.
func (g *generator) named(at string, t *types.Named) string {
	obj := t.Obj()
	if ts, ok := standard[key(obj)]; ok {
		return ts
	}
	if obj.Pkg() == nil { // error
		return "unknown"
	}
	g.source(obj.Pkg().Path())
	directive := g.comments.directives[key(obj)]
	switch {
	case directive != "":
		return directive
	case marshals(t, "MarshalJSON"):
		return "unknown"
	case marshals(t, "MarshalText"):
		return "string"
	case isBytes(t):
		return g.typeOf(at, t.Underlying())
	}
	if _, ok := t.Underlying().(*types.Interface); ok {
		return "unknown"
	}
	name := g.define(at, t.Origin())
	var args []string
	for arg := range t.TypeArgs().Types() {
		args = append(args, g.typeOf(at, arg))
	}
	if len(args) > 0 {
		name += "<" + strings.Join(args, ", ") + ">"
	}
	switch t.Underlying().(type) {
	case *types.Slice, *types.Map:
		return g.orNil(name)
	}
	return name
}

// orNil returns the TypeScript for a slice or a map in a value: null if it is nil.
func (g *generator) orNil(ts string) string {
	if g.notNull {
		return ts
	}
	return nullable(ts)
}

// define declares a type, unless it is declared already, and returns its name.
func (g *generator) define(at string, t *types.Named) string {
	obj := t.Obj()
	if name, ok := g.names[obj]; ok {
		return name
	}
	name, ok := g.renamed[short(obj)]
	if !ok {
		name = obj.Name()
	}
	switch other := g.taken[name]; {
	case other != nil:
		g.fail("%s: %s and %s have the same name: use -rename %s=…", at, short(other), short(obj), short(obj))
	case global[name] || reserved[name]:
		g.fail("%s: %s has a name that means something else in TypeScript, or in the file: use -rename %s=…", at, short(obj), short(obj))
	}
	g.names[obj], g.taken[name] = name, obj

	d := g.reserve()
	d.doc = jsdoc("", g.comments.docs[key(obj)])
	params := typeParams(t)
	if structure, ok := t.Underlying().(*types.Struct); ok {
		d.body = fmt.Sprintf("export interface %s%s {\n%s}\n", name, params, g.fields(short(obj), key(obj), structure, "  "))
		return name
	}
	if values := g.enumeration(t); len(values) > 0 {
		d.body = fmt.Sprintf("export type %s =\n  | %s;\n", name, strings.Join(values, "\n  | "))
		return name
	}
	var body string
	if m, ok := t.Underlying().(*types.Map); ok {
		body = g.mapped(short(obj), m)
	} else {
		body = g.plain(short(obj), t.Underlying())
	}
	d.body = fmt.Sprintf("export type %s%s = %s;\n", name, params, body)
	return name
}

// The names that the generated file itself uses.
var global = map[string]bool{
	"ArrayBuffer": true, "Partial": true, "Record": true, "Uint8Array": true,
	"Binary": true, "ErrorAnswer": true, "ClientToServerEvents": true, "ServerToClientEvents": true,
}

// The names that TypeScript keeps for itself and Go does not.
var reserved = set("any bigint boolean never null number object string symbol undefined unknown void " +
	"await catch class debugger delete do enum export extends false finally function implements in instanceof let new " +
	"private protected public static super this throw true try typeof while with yield")

func set(words string) map[string]bool {
	all := make(map[string]bool)
	for word := range strings.FieldsSeq(words) {
		all[word] = true
	}
	return all
}

// constants returns the exported constants that a type's own package declares of it, in
// the order of the source.
func (g *generator) constants(t *types.Named) (consts []*types.Const) {
	pkg := g.source(t.Obj().Pkg().Path())
	if pkg == nil {
		return nil
	}
	scope := pkg.Scope()
	for _, name := range scope.Names() {
		c, ok := scope.Lookup(name).(*types.Const)
		if !ok || !c.Exported() {
			continue
		}
		if named, ok := types.Unalias(c.Type()).(*types.Named); ok && key(named.Obj()) == key(t.Obj()) {
			consts = append(consts, c)
		}
	}
	slices.SortFunc(consts, func(a, b *types.Const) int { return int(a.Pos() - b.Pos()) })
	return consts
}

func typeParams(t *types.Named) string {
	var names []string
	for p := range t.TypeParams().TypeParams() {
		names = append(names, p.Obj().Name())
	}
	if len(names) == 0 {
		return ""
	}
	return "<" + strings.Join(names, ", ") + ">"
}

// enumeration returns the values of a type's constants as TypeScript literals, in the
// order of the source; none unless there are two, of a string type or integers that count
// up from 0 or 1.
func (g *generator) enumeration(t *types.Named) []string {
	basic, ok := t.Underlying().(*types.Basic)
	if !ok || t.Obj().Pkg() == nil || basic.Info()&(types.IsString|types.IsInteger) == 0 {
		return nil
	}
	consts := g.constants(t)
	if len(consts) < 2 {
		return nil // a single one is a special value
	}
	var values []string
	for i, c := range consts {
		value := literal(c.Val())
		if basic.Info()&types.IsInteger != 0 {
			first, _ := constant.Int64Val(consts[0].Val())
			if first > 1 || first < 0 || !constant.Compare(c.Val(), token.EQL, constant.MakeInt64(first+int64(i))) {
				return nil
			}
		}
		if !slices.Contains(values, value) {
			values = append(values, value)
		}
	}
	return values
}

func array(element string) string {
	if isComposite(element) {
		return "(" + element + ")[]"
	}
	return element + "[]"
}

// isComposite reports whether a type would be torn apart by what follows it: whether it has a
// space outside all brackets.
func isComposite(ts string) bool {
	depth := 0
	for i, r := range ts {
		switch {
		case strings.ContainsRune("<{([", r):
			depth++
		case strings.ContainsRune(">})]", r) && !strings.HasSuffix(ts[:i], "="): // not the end of =>
			depth--
		case r == ' ' && depth == 0:
			return true
		}
	}
	return false
}

func nullable(ts string) string {
	if ts == "unknown" || strings.HasSuffix(ts, " | null") {
		return ts
	}
	return ts + " | null"
}

// marshals reports whether a value of t, or a pointer to one, has a method.
func marshals(t types.Type, method string) bool {
	obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(t), false, nil, method)
	_, ok := obj.(*types.Func)
	return ok
}

func isByte(t types.Type) bool {
	basic, ok := t.Underlying().(*types.Basic)
	return ok && basic.Kind() == types.Byte
}

func isBytes(t types.Type) bool {
	slice, ok := t.Underlying().(*types.Slice)
	return ok && isByte(slice.Elem())
}

func isLibrary(t types.Type, name string) bool {
	got, ok := ofLibrary(t)
	return ok && got == name
}

// isNone reports whether t is struct{}, which stands for no arguments.
func isNone(t types.Type) bool {
	structure, ok := types.Unalias(t).(*types.Struct)
	return ok && structure.NumFields() == 0
}

// property quotes a name if it has to be.
func property(name string) string {
	if identifier(name) {
		return name
	}
	return quote(name)
}

// literal returns a constant as TypeScript has it.
func literal(v constant.Value) string {
	if v.Kind() == constant.String {
		return quote(constant.StringVal(v))
	}
	return v.ExactString()
}

// quote returns a string literal. Those of JSON are TypeScript's; Go's are not.
func quote(s string) string {
	b, _ := json.Marshal(s) // a string always encodes
	return string(b)
}

func identifier(name string) bool {
	for i, r := range name {
		if r != '_' && r != '$' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return false
		}
	}
	return name != ""
}

func lowerFirst(name string) string {
	if upper := strings.IndexFunc(name, func(r rune) bool { return !unicode.IsUpper(r) }); upper > 1 {
		return strings.ToLower(name[:upper-1]) + name[upper-1:] // URLPath
	} else if upper < 0 {
		return strings.ToLower(name) // ID
	}
	return strings.ToLower(name[:1]) + name[1:]
}
