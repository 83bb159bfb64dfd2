// Package soak_test keeps a Socket.IO server under random traffic, valid and
// invalid, for as long as one likes: make soak.
package soak_test

import (
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
