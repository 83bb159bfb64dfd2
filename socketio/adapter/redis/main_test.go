package redisadapter_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/caucus-live/caucus/socketio/adapter/internal/redistest"
)

// The examples find a Redis server where REDIS_URL says.
func TestMain(m *testing.M) { goleak.VerifyTestMain(redistest.Beside{Tests: m}) }
