package natsadapter

import (
	"reflect"
	"testing"
)

// Every option has a default.
func TestOptionsHaveDefaults(t *testing.T) {
	o, err := Options{Log: new(LogOptions)}.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []reflect.Value{reflect.ValueOf(o), reflect.ValueOf(*o.Log)} {
		for field, value := range v.Fields() {
			if value.IsZero() && field.Name != "Memory" { // which is off
				t.Errorf("%s has none", field.Name)
			}
		}
	}
}
