package redisstreams

import (
	"reflect"
	"testing"
)

// Every option has a default; what can be switched on is off.
func TestOptionsHaveDefaults(t *testing.T) {
	o, err := (*Options)(nil).withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	v := reflect.ValueOf(o)
	for field, value := range v.Fields() {
		if value.IsZero() && value.Kind() != reflect.Bool {
			t.Errorf("%s has none", field.Name)
		}
	}
}

func TestOptionsAreRefused(t *testing.T) {
	for _, o := range []Options{{StreamCount: -1}, {MaxLen: -1}, {ReadCount: -1}} {
		if _, err := o.withDefaults(); err == nil {
			t.Errorf("%+v is accepted", o)
		}
	}
}

// Namespaces are in the streams in which JavaScript servers look for them.
func TestStreams(t *testing.T) {
	for _, tt := range []struct {
		count    int
		ns, want string
	}{
		{1, "/", "s"},
		{1, "/chat", "s"},
		{3, "/", "s-2"},
		{4, "/", "s-3"},
		{3, "/admin", "s-1"},
		{3, "/é😀", "s-2"},
		{4, "/é😀", "s-1"},
		{4, "/long/name/of/a/namespace", "s-3"}, // they write to s--3, which nobody reads
	} {
		o, err := (&Options{Stream: "s", StreamCount: tt.count}).withDefaults()
		if err != nil {
			t.Fatal(err)
		}
		if got := o.stream(o.part(tt.ns)); got != tt.want {
			t.Errorf("of %d, %s is in %s, want %s", tt.count, tt.ns, got, tt.want)
		}
	}
}
