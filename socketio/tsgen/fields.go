package main

import (
	"fmt"
	"go/types"
	"reflect"
	"slices"
	"strings"
)

// A member is a property of an object in JSON.
type member struct {
	name     string
	optional bool
	quoted   bool // the tag asks for a string
	tagged   bool
	field    *types.Var
	key      string // of its comment
	depth    int
}

// fields returns the lines of an interface for a struct. where is how errors call it;
// key is what its comments are found by, or empty.
func (g *generator) fields(where, key string, t *types.Struct, indent string) string {
	var b strings.Builder
	for _, m := range g.members(key, t) {
		b.WriteString(jsdoc(indent, g.comments.docs[m.key]))
		fmt.Fprintf(&b, "%s%s;\n", indent, g.member(where, m))
	}
	return b.String()
}

// inline returns an object type for a struct without a name.
func (g *generator) inline(at string, t *types.Struct) string {
	var members []string
	for _, m := range g.members("", t) {
		members = append(members, g.member(at, m))
	}
	if len(members) == 0 {
		return "Record<string, never>"
	}
	return "{ " + strings.Join(members, "; ") + " }"
}

func (g *generator) member(where string, m member) string {
	ts := g.typeOf(where+"."+m.field.Name(), m.field.Type())
	if m.quoted {
		ts = quoted(ts, m.field.Type())
	}
	mark := ""
	if m.optional {
		mark = "?"
	}
	if m.optional || g.comments.notNull[m.key] {
		ts = strings.TrimSuffix(ts, " | null")
	}
	return property(m.name) + mark + ": " + ts
}

// quoted returns the type of a field whose tag asks for a string: it counts for numbers, booleans
// and strings alone, and for pointers to them.
func quoted(ts string, t types.Type) string {
	p, isPointer := types.Unalias(t).(*types.Pointer)
	if isPointer {
		t = p.Elem()
	}
	switch _, isBasic := t.Underlying().(*types.Basic); {
	case !isBasic || marshals(t, "MarshalJSON") || marshals(t, "MarshalText"):
		return ts
	case isPointer:
		return nullable("string")
	default:
		return "string"
	}
}

// members returns the properties that encoding/json makes of a struct: where embedded
// structs have the same name, the one at the least depth counts, one with a tag before
// others; if that leaves several, no field does.
func (g *generator) members(key string, t *types.Struct) []member {
	all := g.collect(key, t, 0, nil)
	return slices.DeleteFunc(slices.Clone(all), func(m member) bool {
		return slices.ContainsFunc(all, func(other member) bool {
			return other.name == m.name && other.field != m.field &&
				(other.depth < m.depth || other.depth == m.depth && (other.tagged || !m.tagged))
		})
	})
}

// collect returns the properties of a struct and of those that it embeds. path has the
// structs that it is embedded in.
func (g *generator) collect(key string, t *types.Struct, depth int, path []*types.Struct) (all []member) {
	if slices.Contains(path, t) {
		return nil
	}
	path = append(path, t)
	for i := range t.NumFields() {
		f := t.Field(i)
		tag := reflect.StructTag(t.Tag(i)).Get("json")
		name, options, _ := strings.Cut(tag, ",")
		if tag == "-" {
			continue
		}
		if embedded, name := embeddedStruct(f, name); embedded != nil {
			if pkg := namedOf(f.Type()).Obj().Pkg(); pkg != nil {
				g.source(pkg.Path())
			}
			promoted := g.collect(name, embedded, depth+1, path)
			if _, ok := types.Unalias(f.Type()).(*types.Pointer); ok && !g.notNull {
				for i := range promoted {
					promoted[i].optional = true // none is there if it is nil
				}
			}
			all = append(all, promoted...)
			continue
		}
		if !f.Exported() {
			continue
		}
		m := member{name: name, tagged: name != "", field: f, depth: depth}
		if name == "" {
			m.name = f.Name()
		}
		for option := range strings.SplitSeq(options, ",") {
			m.optional = m.optional || option == "omitempty" && canBeEmpty(f.Type()) || option == "omitzero"
			m.quoted = m.quoted || option == "string"
		}
		if key != "" {
			m.key = key + "." + f.Name()
		}
		all = append(all, m)
	}
	return all
}

// embeddedStruct returns the struct whose properties a field without a name in JSON
// passes on, and what its comments are found by.
func embeddedStruct(f *types.Var, jsonName string) (*types.Struct, string) {
	if !f.Embedded() || jsonName != "" {
		return nil, ""
	}
	named := namedOf(f.Type())
	if named == nil {
		return nil, ""
	}
	structure, ok := named.Underlying().(*types.Struct)
	if !ok {
		return nil, ""
	}
	return structure, key(named.Obj())
}

func namedOf(t types.Type) *types.Named {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	named, _ := types.Unalias(t).(*types.Named)
	return named
}

// canBeEmpty reports whether omitempty has an effect: it has none on structs.
func canBeEmpty(t types.Type) bool {
	_, structure := t.Underlying().(*types.Struct)
	return !structure
}

// tupleFields returns the fields that are the arguments of an event, if t is a tuple.
func tupleFields(t types.Type) (fields []*types.Var, ok bool) {
	if p, isPointer := types.Unalias(t).(*types.Pointer); isPointer {
		t = p.Elem()
	}
	structure, isStruct := t.Underlying().(*types.Struct)
	if !isStruct {
		return nil, false
	}
	for f := range structure.Fields() {
		switch {
		case f.Embedded() && isLibrary(f.Type(), "Tuple"):
			ok = true
		case f.Exported():
			fields = append(fields, f)
		}
	}
	return fields, ok
}
