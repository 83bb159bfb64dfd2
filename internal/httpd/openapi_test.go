package httpd_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
)

// The OpenAPI document has every route, and every field of what they take and
// answer with, and nothing else.
func TestOpenAPI(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		type schema struct {
			Ref                  string `json:"$ref"`
			Type                 string
			Items                *schema
			AdditionalProperties *schema
			Properties           map[string]*schema
			Required             []string
		}
		var doc struct {
			Paths      map[string]map[string]any
			Components struct{ Schemas map[string]*schema }
		}
		h.get("/openapi.json").decode(t, &doc)

		var routes []string
		for path, methods := range doc.Paths {
			for method := range methods {
				routes = append(routes, strings.ToUpper(method)+" "+path)
			}
		}
		slices.Sort(routes)
		want := []string{
			"GET /healthz", "GET /openapi.json",
			"GET /polls/{id}", "GET /polls/{id}/export.blt", "GET /polls/{id}/export.csv", "GET /polls/{id}/export.json",
			"GET /polls/{id}/results", "GET /readyz", "GET /site",
			"POST /polls", "POST /polls/device", "POST /polls/join", "POST /polls/rejoin",
		}
		if diff := cmp.Diff(want, routes); diff != "" {
			t.Error(diff)
		}
		for _, route := range want {
			method, path, _ := strings.Cut(route, " ")
			h.do(method, strings.ReplaceAll(path, "{id}", "ZZZZZZ"), "")
		}
		for i, line := range logged(t, h, "request")[1:] {
			if line.Route != want[i] {
				t.Errorf("%s is answered by %s", want[i], line.Route)
			}
		}

		seen := map[string]bool{}
		var compare func(where string, s *schema, t reflect.Type)
		named := func(name string, v any) {
			seen[name] = true
			compare(name, doc.Components.Schemas[name], reflect.TypeOf(v))
		}
		compare = func(where string, s *schema, typ reflect.Type) {
			if s == nil {
				t.Errorf("%s is not described", where)
				return
			}
			if name, ok := strings.CutPrefix(s.Ref, "#/components/schemas/"); ok {
				if seen[name] {
					return
				}
				seen[name] = true
				where, s = name, doc.Components.Schemas[name]
			}
			for typ.Kind() == reflect.Pointer {
				typ = typ.Elem()
			}
			if typ == reflect.TypeFor[poll.BaseNominations]() {
				typ = reflect.TypeFor[map[poll.NominationID]poll.BaseNomination]()
			}
			if typ.Implements(reflect.TypeFor[json.Marshaler]()) || typ == reflect.TypeFor[time.Time]() {
				return
			}
			switch typ.Kind() { //nolint:exhaustive // the contract has no others
			case reflect.Slice:
				compare(where+"[]", s.Items, typ.Elem())
			case reflect.Map:
				compare(where+"{}", s.AdditionalProperties, typ.Elem())
			case reflect.Struct:
				fields, required := map[string]bool{}, map[string]bool{}
				for f := range typ.Fields() {
					name, rest, _ := strings.Cut(f.Tag.Get("json"), ",")
					if name == "-" {
						continue
					}
					fields[name] = true
					required[name] = !strings.Contains(rest, "omit")
					compare(where+"."+name, s.Properties[name], f.Type)
				}
				for name := range s.Properties {
					if !fields[name] {
						t.Errorf("%s.%s is described, and not there", where, name)
					}
					if required[name] != slices.Contains(s.Required, name) {
						t.Errorf("%s.%s: required is %v", where, name, required[name])
					}
				}
			case reflect.String:
				if s.Type != "string" {
					t.Errorf("%s is a %s", where, s.Type)
				}
			case reflect.Interface:
				if s.Type != "" {
					t.Errorf("%s may be anything, not only a %s", where, s.Type)
				}
			case reflect.Bool:
				if s.Type != "boolean" {
					t.Errorf("%s is a %s", where, s.Type)
				}
			case reflect.Float64:
				if s.Type != "number" {
					t.Errorf("%s is a %s", where, s.Type)
				}
			default:
				if s.Type != "integer" {
					t.Errorf("%s is a %s, %s", where, s.Type, typ)
				}
			}
		}
		named("CreatePoll", wire.CreatePoll{})
		named("JoinPoll", wire.JoinPoll{})
		named("RejoinPoll", wire.RejoinPoll{})
		named("UseDevice", wire.UseDevice{})
		named("Joined", wire.Joined{})
		named("Summary", poll.Summary{})
		named("PollResults", wire.PollResults{})
		named("Export", poll.Export{})
		named("Problem", wire.Problem{})
		named("Health", wire.Health{})
		named("Site", wire.Site{})
		if diff := cmp.Diff(slices.Sorted(maps.Keys(doc.Components.Schemas)), slices.Sorted(maps.Keys(seen))); diff != "" {
			t.Error(diff)
		}
	})
}
