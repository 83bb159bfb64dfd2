package packet

import (
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
)

// maxWalk is how deep extract follows a value. encoding/json refuses what is
// deeper, as a cycle.
const maxWalk = 1000

// A shape is what is known of a type.
type shape struct {
	bytes  bool    // it is bytes itself
	hidden bool    // it may hold bytes
	fields []field // where to look for them, in a struct
}

type field struct {
	index     []int // through embedded structs
	omitEmpty bool
}

var (
	jsonMarshaler = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
)

func (e *Encoder) shapeOf(t reflect.Type) *shape {
	if known, ok := e.types.Load(t); ok {
		return known.(*shape) //nolint:errcheck // nothing else is stored
	}
	s := &shape{bytes: isBytes(t), hidden: reaches(t, map[reflect.Type]bool{})}
	if s.hidden && t.Kind() == reflect.Struct {
		s.fields = appendFields(nil, t, nil)
	}
	e.types.Store(t, s)
	return s
}

func isBytes(t reflect.Type) bool {
	return t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8 &&
		!marshalsItself(t) && !marshalsItself(t.Elem())
}

// reaches reports whether bytes, or an interface, which may hold some, can be
// reached from t through what encoding/json looks at.
func reaches(t reflect.Type, seen map[reflect.Type]bool) bool {
	if isBytes(t) {
		return true
	}
	if seen[t] || marshalsItself(t) {
		return false
	}
	seen[t] = true
	switch t.Kind() { //nolint:exhaustive // the others hold no values
	case reflect.Interface:
		return true
	case reflect.Array, reflect.Map, reflect.Pointer, reflect.Slice:
		return reaches(t.Elem(), seen)
	case reflect.Struct:
		for f := range t.Fields() {
			if !ignored(f) && reaches(f.Type, seen) {
				return true
			}
		}
	}
	return false
}

// ignored reports whether encoding/json does not look at f, or reflect may not
// change it: an embedded pointer to an unexported struct.
func ignored(f reflect.StructField) bool {
	return f.Tag.Get("json") == "-" || !f.IsExported() && !isEmbedded(f)
}

func isEmbedded(f reflect.StructField) bool {
	return f.Anonymous && f.Type.Kind() == reflect.Struct
}

func appendFields(fields []field, t reflect.Type, path []int) []field {
	for f := range t.Fields() {
		if ignored(f) || !reaches(f.Type, map[reflect.Type]bool{}) {
			continue
		}
		index := append(slices.Clone(path), f.Index...)
		if isEmbedded(f) {
			fields = appendFields(fields, f.Type, index)
			continue
		}
		_, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		fields = append(fields, field{index, strings.Contains(options, "omit")})
	}
	return fields
}

func marshalsItself(t reflect.Type) bool {
	if t.Kind() == reflect.Interface {
		return false // its value may not
	}
	p := reflect.PointerTo(t)
	return p.Implements(jsonMarshaler) || p.Implements(textMarshaler)
}

// extract returns v with marks for the bytes in it, and what they stand for; or
// v itself and nil if it has none. It changes nothing in v.
func (e *Encoder) extract(v any) (any, *extraction) {
	if !e.shapeOf(reflect.TypeOf(v)).hidden {
		return v, nil
	}
	w := walk{Encoder: e}
	if marked, changed := w.value(reflect.ValueOf(v), 0); changed {
		return marked.Interface(), w.extraction
	}
	return v, nil
}

type walk struct {
	*Encoder
	*extraction // nil until there is something to extract
}

// value returns v with marks, and whether it has any. Only what is on the way to
// bytes is copied.
func (w *walk) value(v reflect.Value, depth int) (reflect.Value, bool) {
	s := w.shapeOf(v.Type())
	if !s.hidden || depth > maxWalk {
		return v, false
	}
	depth++
	switch v.Kind() { //nolint:exhaustive // these are the kinds that can be hidden, and the default
	case reflect.Interface:
		return w.inner(v, depth)
	case reflect.Pointer:
		elem, changed := w.inner(v, depth)
		if !changed {
			return v, false
		}
		p := reflect.New(v.Type().Elem())
		p.Elem().Set(elem)
		return p, true
	case reflect.Struct:
		return w.fields(v, s, depth)
	case reflect.Map:
		return w.entries(v, depth)
	case reflect.Slice:
		if s.bytes {
			return w.bytes(v)
		}
		return w.elements(v, func() reflect.Value {
			c := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
			reflect.Copy(c, v)
			return c
		}, depth)
	default: // an array
		return w.elements(v, func() reflect.Value { return copyOf(v) }, depth)
	}
}

func (w *walk) inner(v reflect.Value, depth int) (reflect.Value, bool) {
	if v.IsNil() {
		return v, false
	}
	return w.value(v.Elem(), depth)
}

func (w *walk) bytes(v reflect.Value) (reflect.Value, bool) {
	if v.IsNil() {
		return v, false
	}
	if w.extraction == nil {
		w.extraction = newExtraction()
	}
	return reflect.ValueOf(w.mark(v.Bytes())).Convert(v.Type()), true
}

func (w *walk) fields(v reflect.Value, s *shape, depth int) (out reflect.Value, changed bool) {
	out = v
	for _, f := range s.fields {
		value := v.FieldByIndex(f.index)
		if f.omitEmpty && value.Kind() == reflect.Slice && value.Len() == 0 {
			continue
		}
		if marked, found := w.value(value, depth); found {
			if !changed {
				out, changed = copyOf(v), true
			}
			out.FieldByIndex(f.index).Set(marked)
		}
	}
	return out, changed
}

func (w *walk) entries(v reflect.Value, depth int) (out reflect.Value, changed bool) {
	out = v
	for it := v.MapRange(); it.Next(); {
		if marked, found := w.value(it.Value(), depth); found {
			if !changed {
				out, changed = cloneMap(v), true
			}
			out.SetMapIndex(it.Key(), marked)
		}
	}
	return out, changed
}

func (w *walk) elements(v reflect.Value, clone func() reflect.Value, depth int) (out reflect.Value, changed bool) {
	out = v
	for i := range v.Len() {
		if marked, found := w.value(v.Index(i), depth); found {
			if !changed {
				out, changed = clone(), true
			}
			out.Index(i).Set(marked)
		}
	}
	return out, changed
}

// copyOf returns a settable shallow copy.
func copyOf(v reflect.Value) reflect.Value {
	c := reflect.New(v.Type()).Elem()
	c.Set(v)
	return c
}

func cloneMap(v reflect.Value) reflect.Value {
	c := reflect.MakeMapWithSize(v.Type(), v.Len())
	for it := v.MapRange(); it.Next(); {
		c.SetMapIndex(it.Key(), it.Value())
	}
	return c
}
