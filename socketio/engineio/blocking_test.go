package engineio_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// Over TLS many clients that do not read delay nobody, and have everything when they read
// again: when they have just stopped, and when that is known.
func TestSlowReadersOverTLS(t *testing.T) {
	overTLS(t, &engineio.Options{MaxQueue: 64 << 20, PingInterval: time.Hour}, func(w *world) {
		const readers, n = 8, 5
		var slow []*peer
		for range readers {
			slow = append(slow, w.openWebsocket())
		}
		quick := w.openWebsocket()
		all := w.all()
		long := strings.Repeat("x", 400_000)
		for i := range n {
			for _, s := range all[:readers] {
				if err := s.text(strconv.Itoa(i) + long); err != nil {
					w.Error(err)
				}
			}
			if err := w.last().text("quick"); err != nil {
				w.Error(err)
			}
			quick.want("4quick")
		}
		if stalls := w.eio.Stats().Stalls; stalls < readers {
			w.Errorf("%d stalls", stalls)
		}
		for _, p := range slow {
			for i := range n {
				p.want("4" + strconv.Itoa(i) + long)
			}
		}
		for i, s := range all[:readers] {
			if err := s.text("again"); err != nil {
				w.Error(err)
			}
			slow[i].want("4again")
		}
	})
}
