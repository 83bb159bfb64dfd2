package httpd_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/gobwas/ws"
)

// Only what a proxy's timeout alone explains is taken for one: connections that end equally
// old, began at different times, and were cut off without a good-bye.
func TestWhatLooksLikeATimeout(t *testing.T) {
	closeFrame := ws.MustCompileFrame(ws.MaskFrame(ws.NewCloseFrame(ws.NewCloseFrameBody(ws.StatusGoingAway, ""))))
	for name, c := range map[string]struct {
		apart   time.Duration
		goodbye func(*client)
		want    int // warnings
	}{
		"cut off":                {4 * time.Second, func(*client) {}, 1},
		"cut off, but together":  {0, func(*client) {}, 0},
		"with a close frame":     {4 * time.Second, func(c *client) { _, _ = c.conn.Write(closeFrame) }, 0},
		"with a close packet":    {4 * time.Second, func(c *client) { c.send("1") }, 0},
		"after a namespace left": {4 * time.Second, func(c *client) { c.send("41/polls,") }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := open(t)
				poll := h.create("Ann")
				for range 4 {
					conn := h.patches(poll)
					time.AfterFunc(10*time.Second, func() {
						c.goodbye(conn)
						<-time.After(time.Millisecond) // for it to arrive
						_ = conn.conn.Close()
					})
					settle(c.apart)
				}
				settle(20 * time.Second)
				if lines := logged(t, h, "connections end alike, before the first ping"); len(lines) != c.want {
					t.Error(lines)
				}
			})
		})
	}
}
