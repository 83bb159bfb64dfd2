package main

import (
	"encoding/json"
	"regexp"
	"strings"
	"unicode/utf16"
)

// A Detail is what is wrong with one field of a payload, in the form that the page expects.
type Detail struct {
	Message string   `json:"message"`
	Path    []string `json:"path"`
	Type    string   `json:"type"`
}

// purpose is what a todo is sent for, which decides about its id.
type purpose bool

const (
	forCreation purpose = false // without an id
	forUpdate   purpose = true  // with one
)

const maxTitle = 256 // UTF-16 code units

var uuid4 = regexp.MustCompile(`(?i)^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

// parse returns the todo of a payload, or everything that is wrong with it. Fields that it
// does not know are ignored.
func parse(payload json.RawMessage, p purpose) (todo Todo, wrong []Detail) {
	var fields map[string]any
	if json.Unmarshal(payload, &fields) != nil || fields == nil {
		return todo, []Detail{{`"value" must be of type object`, []string{}, "object.base"}}
	}
	check := func(field, rule, kind string) {
		if rule != "" {
			wrong = append(wrong, Detail{`"` + field + `" ` + rule, []string{field}, kind})
		}
	}
	id, hasID := fields["id"]
	switch {
	case p == forUpdate:
		rule, kind := checkString(id, hasID)
		todo.ID, _ = id.(string)
		if rule == "" && !uuid4.MatchString(todo.ID) {
			rule, kind = "must be a valid GUID", "string.guid"
		}
		check("id", rule, kind)
	case hasID:
		check("id", "is not allowed", "any.unknown")
	}
	title, hasTitle := fields["title"]
	rule, kind := checkString(title, hasTitle)
	todo.Title, _ = title.(string)
	if rule == "" && len(utf16.Encode([]rune(todo.Title))) > maxTitle {
		rule, kind = "length must be less than or equal to 256 characters long", "string.max"
	}
	check("title", rule, kind)
	completed, hasCompleted := fields["completed"]
	todo.Completed, rule, kind = checkBool(completed, hasCompleted)
	check("completed", rule, kind)
	return todo, wrong
}

// checkString returns the rule that a string breaks, which must not be empty.
func checkString(v any, present bool) (rule, kind string) {
	s, ok := v.(string)
	switch {
	case !present:
		return "is required", "any.required"
	case !ok:
		return "must be a string", "string.base"
	case s == "":
		return "is not allowed to be empty", "string.empty"
	}
	return "", ""
}

// checkBool returns a boolean, which may be written as a string.
func checkBool(v any, present bool) (value bool, rule, kind string) {
	if s, ok := v.(string); ok && (strings.EqualFold(s, "true") || strings.EqualFold(s, "false")) {
		v = strings.EqualFold(s, "true")
	}
	value, ok := v.(bool)
	switch {
	case !present:
		return false, "is required", "any.required"
	case !ok:
		return false, "must be a boolean", "boolean.base"
	}
	return value, "", ""
}
