package httpd_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/gobwas/ws"

	"github.com/caucus-live/caucus/internal/httpd"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
)

// A host who asks for pages of people and takes none is sent no more of them than fit into
// little memory, until they read.
func TestUnreadPagesOfPeopleAreBounded(t *testing.T) {
	const people, asked = 120, 50
	for _, event := range []string{"roster", "waiting_list"} {
		t.Run(event, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := open(t, func(o *httpd.Options) { o.Commands = httpd.Unlimited })
				ann := h.create("Ann", func(c *wire.CreatePoll) { c.Admission = "approve" })
				host := h.patches(ann)
				long := strings.Repeat("👨‍👩‍👧‍👦", poll.MaxName-3)
				for i := range people {
					h.dial(fmt.Sprintf(`{"token":%q,"patches":true}`, h.join(ann.PollID, fmt.Sprint(long, i)).AccessToken))
				}
				if event == "roster" {
					host.must("admit", `{"all":true}`)
				}
				reads, c := h.dialDeaf(fmt.Sprintf(`{"token":%q,"patches":true}`, ann.AccessToken))
				before := heap()
				for range asked {
					c.call(event, fmt.Sprintf(`{"limit":%d}`, people))
				}
				grown := heap() - before
				reads()
				pages, refused := 0, 0
				for _, data := range c.answer {
					var answer struct {
						OK    bool
						Error wire.Error
					}
					if err := json.Unmarshal(data, &answer); err != nil {
						t.Fatal(err)
					}
					if answer.OK {
						pages++
					} else if answer.Error.Reason == "too_often" {
						refused++
					}
				}
				if pages < 1 || pages > 2 || refused != asked-pages || grown > 1<<20 {
					t.Errorf("%d pages, %d refused, %d bytes", pages, refused, grown)
				}
				c.must(event, "")
			})
		})
	}
}

// dialDeaf connects as dial does, but nothing is read before reads is called.
func (h *house) dialDeaf(auth string) (reads func(), c *client) {
	h.t.Helper()
	d := ws.Dialer{NetDial: h.ln.DialContext}
	conn, _, _, err := d.Dial(h.t.Context(), "ws://caucus.test/socket.io/?EIO=4&transport=websocket")
	if err != nil {
		h.t.Fatal(err)
	}
	c = &client{t: h.t, conn: conn, in: conn, answer: map[int]json.RawMessage{}}
	var done sync.WaitGroup
	h.t.Cleanup(func() {
		_ = conn.Close()
		done.Wait()
	})
	c.send("40/polls," + auth)
	synctest.Wait()
	return func() {
		done.Go(c.read) // ends with the connection; waited for above
		synctest.Wait()
	}, c
}
