package adaptertest

import (
	"testing"
	"testing/synctest"
)

// A server without an adapter does what a cluster of one does.
func TestAlone(t *testing.T) {
	for name, test := range serverTests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { test(newHouse(t, 1, nil)) })
		})
	}
}
