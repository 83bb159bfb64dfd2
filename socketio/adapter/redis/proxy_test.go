package redisadapter_test

import (
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/caucus-live/caucus/socketio/adapter/internal/proxytest"
	"github.com/caucus-live/caucus/socketio/adapter/internal/redistest"
	redisadapter "github.com/caucus-live/caucus/socketio/adapter/redis"
)

// behind returns an adapter that reaches Redis by way of a proxy.
func behind(t *testing.T, proxy *proxytest.Proxy) *redisadapter.Adapter {
	t.Helper()
	client := redis.NewClient(&redis.Options{Addr: proxy.Addr()})
	t.Cleanup(func() { _ = client.Close() })
	return redisadapter.New(client, nil)
}

func TestSlowBroker(t *testing.T) {
	broker := redistest.Start(t)
	proxy := proxytest.Start(t, "unix", broker.Socket)
	proxytest.TestSlow(t, proxy, redisadapter.New(connect(t, broker), nil), behind(t, proxy))
}

func TestGap(t *testing.T) {
	broker := redistest.Start(t)
	proxy := proxytest.Start(t, "unix", broker.Socket)
	proxytest.TestGap(t, proxy, redisadapter.New(connect(t, broker), nil), behind(t, proxy), false)
}
