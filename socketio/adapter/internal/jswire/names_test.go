package jswire

import (
	"slices"
	"testing"
)

func TestNames(t *testing.T) {
	for name, want := range map[string]string{"a": "go.a", "#Xy12ab": "Xy12ab", "#": ""} {
		if got := UID(name); got != want || NameOf(got) != name {
			t.Errorf("%q is %q on the wire, want %q; back %q", name, got, want, NameOf(got))
		}
	}
}

func TestAbsent(t *testing.T) {
	for _, tt := range []struct{ all, there, want []string }{
		{nil, nil, nil},
		{[]string{"a", "b"}, []string{"b"}, []string{"a"}},
		{[]string{"#1", "a", "#2"}, []string{"#3", "a"}, []string{"#2"}},
		{[]string{"#1"}, nil, []string{"#1"}},
	} {
		if got := Absent(tt.all, tt.there); !slices.Equal(got, tt.want) {
			t.Errorf("Absent(%q, %q) = %q, want %q", tt.all, tt.there, got, tt.want)
		}
	}
}

func TestUIDs(t *testing.T) {
	channels := []string{"p#/#go.A#", "p#/#Xy12ab#", "p#/#b#go.A#", "p#/#b#Xy12ab#", "p#/##"}
	if got, want := UIDs(channels, "p#/#"), []string{"go.A", "Xy12ab"}; !slices.Equal(got, want) {
		t.Errorf("UIDs are %q, want %q", got, want)
	}
}
