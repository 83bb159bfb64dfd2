package redisstreams

import (
	"reflect"
	"testing"
)

// Every option has a default.
func TestOptionsHaveDefaults(t *testing.T) {
	o, err := (*Options)(nil).withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	v := reflect.ValueOf(o)
	for field, value := range v.Fields() {
		if value.IsZero() {
			t.Errorf("%s has none", field.Name)
		}
	}
}

func TestOptionsAreRefused(t *testing.T) {
	for _, o := range []Options{{MaxLen: -1}, {ReadCount: -1}} {
		if _, err := o.withDefaults(); err == nil {
			t.Errorf("%+v is accepted", o)
		}
	}
}
