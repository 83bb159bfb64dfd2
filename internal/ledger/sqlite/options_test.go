package sqlite

import (
	"reflect"
	"testing"
)

// Every option has a default.
func TestOptionsDefaults(t *testing.T) {
	for _, opts := range []*Options{nil, {}} {
		set := reflect.ValueOf(opts.withDefaults())
		for field, value := range set.Fields() {
			if value.IsZero() {
				t.Errorf("%s has no default", field.Name)
			}
		}
	}
}
