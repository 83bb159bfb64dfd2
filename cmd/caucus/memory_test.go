package main

import (
	"runtime/debug"
	"testing"
)

// Garbage is collected as often as GOGC says, also where that is what Go does by default.
func TestTheOperatorSaysHowOftenGarbageIsCollected(t *testing.T) {
	for _, tt := range []struct {
		gogc           string
		atStart, serve int // percent
	}{{"", 100, 50}, {"100", 100, 100}, {"300", 300, 300}} {
		t.Setenv("GOGC", tt.gogc)
		before := debug.SetGCPercent(tt.atStart)
		saveMemory()
		if got := debug.SetGCPercent(before); got != tt.serve {
			t.Errorf("GOGC=%q: %d%%, want %d", tt.gogc, got, tt.serve)
		}
	}
}
