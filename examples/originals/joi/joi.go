// Package joi says what is wrong with data from a page, in the words of Joi: the reference's examples validate with it,
// and their pages show what it says.
package joi

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"unicode/utf16"
)

// A Detail is one thing that is wrong with a payload.
type Detail struct {
	Message string   `json:"message"`
	Path    []string `json:"path"` // the field; empty for the payload as a whole
	Type    string   `json:"type"` // for programs
}

// An Object is a payload that is being read. Each of its methods reads one field, and
// returns the zero value for one that is wrong, which Details has then. A field that is
// never asked for is ignored.
type Object struct {
	fields  map[string]any
	details []Detail
}

// Read returns the object that a payload, decoded from JSON, should be.
func Read(payload any) *Object {
	if fields, ok := payload.(map[string]any); ok {
		return &Object{fields: fields}
	}
	return &Object{details: []Detail{{`"value" must be of type object`, []string{}, "object.base"}}}
}

// Details is everything that is wrong, in the order in which it was read; empty if nothing is.
func (o *Object) Details() []Detail { return o.details }

func (o *Object) refuse(field, rule, kind string) {
	if o.fields != nil { // otherwise this has no fields that could be wrong
		o.details = append(o.details, Detail{fmt.Sprintf("%q %s", field, rule), []string{field}, kind})
	}
}

// Forbid refuses a field that must not be there.
func (o *Object) Forbid(field string) {
	if _, present := o.fields[field]; present {
		o.refuse(field, "is not allowed", "any.unknown")
	}
}

// String reads a text that is not empty, of at most limit UTF-16 code units.
func (o *Object) String(field string, limit int) string {
	v, present := o.fields[field]
	s, isString := v.(string)
	switch {
	case !present:
		o.refuse(field, "is required", "any.required")
	case !isString:
		o.refuse(field, "must be a string", "string.base")
	case s == "":
		o.refuse(field, "is not allowed to be empty", "string.empty")
	case len(utf16.Encode([]rune(s))) > limit:
		o.refuse(field, fmt.Sprintf("length must be less than or equal to %d characters long", limit), "string.max")
	default:
		return s
	}
	return ""
}

var uuid4 = regexp.MustCompile(`(?i)^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

// UUID reads a UUID of version 4.
func (o *Object) UUID(field string) string {
	s := o.String(field, math.MaxInt)
	if s != "" && !uuid4.MatchString(s) {
		o.refuse(field, "must be a valid GUID", "string.guid")
		return ""
	}
	return s
}

// Bool reads a boolean, which may be written as a string in capitals or small letters.
func (o *Object) Bool(field string) bool {
	v, present := o.fields[field]
	b, isBool := v.(bool)
	s, _ := v.(string)
	switch {
	case !present:
		o.refuse(field, "is required", "any.required")
	case !isBool && !strings.EqualFold(s, "true") && !strings.EqualFold(s, "false"):
		o.refuse(field, "must be a boolean", "boolean.base")
	}
	return b || strings.EqualFold(s, "true")
}
