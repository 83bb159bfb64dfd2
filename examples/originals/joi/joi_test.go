package joi_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/caucus-live/caucus/examples/originals/joi"
)

const (
	guid  = "f47ac10b-58cc-4372-a567-0e02b2c3d479"
	older = "f47ac10b-58cc-1372-a567-0e02b2c3d479" // version 1
)

// A payload is read as it was sent, or everything that is wrong with it is said as Joi
// 17 says it.
func TestObject(t *testing.T) {
	type values struct {
		id, title string
		completed bool
	}
	detail := func(field, rule, kind string) joi.Detail {
		return joi.Detail{Message: `"` + field + `" ` + rule, Path: []string{field}, Type: kind}
	}
	full := strings.Repeat("𝄞", 8) // two UTF-16 code units each
	for _, tt := range []struct {
		payload string
		want    values
		wrong   []joi.Detail
	}{
		{`{"id": "` + guid + `", "title": "tea", "completed": true, "more": 1}`, values{guid, "tea", true}, nil},
		{`{"id": "` + strings.ToUpper(guid) + `", "title": "` + full + `", "completed": "FALSE"}`, values{strings.ToUpper(guid), full, false}, nil},
		{`{"id": "` + guid + `", "title": " ", "completed": "True"}`, values{guid, " ", true}, nil},
		{`{}`, values{}, []joi.Detail{
			detail("id", "is required", "any.required"),
			detail("title", "is required", "any.required"),
			detail("completed", "is required", "any.required"),
		}},
		{`{"id": null, "title": null, "completed": null}`, values{}, []joi.Detail{
			detail("id", "must be a string", "string.base"),
			detail("title", "must be a string", "string.base"),
			detail("completed", "must be a boolean", "boolean.base"),
		}},
		{`{"id": "123", "title": "` + full + `!", "completed": "yes"}`, values{}, []joi.Detail{
			detail("id", "must be a valid GUID", "string.guid"),
			detail("title", "length must be less than or equal to 16 characters long", "string.max"),
			detail("completed", "must be a boolean", "boolean.base"),
		}},
		{`{"id": "` + older + `", "title": "", "completed": 1, "secret": null}`, values{}, []joi.Detail{
			detail("id", "must be a valid GUID", "string.guid"),
			detail("title", "is not allowed to be empty", "string.empty"),
			detail("completed", "must be a boolean", "boolean.base"),
			detail("secret", "is not allowed", "any.unknown"),
		}},
		{`null`, values{}, []joi.Detail{{Message: `"value" must be of type object`, Path: []string{}, Type: "object.base"}}},
		{`["title"]`, values{}, []joi.Detail{{Message: `"value" must be of type object`, Path: []string{}, Type: "object.base"}}},
	} {
		var payload any
		if err := json.Unmarshal([]byte(tt.payload), &payload); err != nil {
			t.Fatal(err)
		}
		o := joi.Read(payload)
		got := values{o.UUID("id"), o.String("title", 16), o.Bool("completed")}
		o.Forbid("secret")
		if got != tt.want {
			t.Errorf("%s is read as %+v, want %+v", tt.payload, got, tt.want)
		}
		if !reflect.DeepEqual(o.Details(), tt.wrong) {
			t.Errorf("%s: wrong is %q, want %q", tt.payload, o.Details(), tt.wrong)
		}
	}
}
