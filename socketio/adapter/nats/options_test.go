package natsadapter

import (
	"reflect"
	"testing"
)

// Every option has a default.
func TestOptionsHaveDefaults(t *testing.T) {
	o, err := Options{}.withDefaults()
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
