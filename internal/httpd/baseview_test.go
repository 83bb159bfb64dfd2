package httpd_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/caucus-live/caucus/internal/httpd"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
)

// A thick poll has a view of the base contract that is worth sharing.
type thick struct {
	*house
	ann  wire.Joined
	host *client
	size int // bytes of the view
}

func openThick(t *testing.T, change ...func(*httpd.Options)) *thick {
	t.Helper()
	h := open(t, append(change, func(o *httpd.Options) { o.Commands = httpd.Unlimited })...)
	long := strings.Repeat("👨‍👩‍👧‍👦", poll.MaxNomination-4)
	ann := h.create("Ann", func(c *wire.CreatePoll) {
		c.Patches, c.NominationsPerVoter = true, 100
		for i := range 40 {
			c.Options = append(c.Options, poll.DraftOption{Text: fmt.Sprint(long, i)})
		}
	})
	p := &thick{house: h, ann: ann, host: h.patches(ann)}
	for i := 40; i < 90; i++ {
		p.host.must("nominate", fmt.Sprintf(`{"text":%q}`, fmt.Sprint(long, i)))
	}
	p.size = len(p.post("/polls/rejoin", wire.RejoinPoll{AccessToken: ann.AccessToken}).body)
	return p
}

// deaf asks for something with a view in its answer, and reads nothing of it.
func (p *thick) deaf(path, body string) net.Conn {
	p.t.Helper()
	conn, err := p.ln.DialContext(p.t.Context(), "", "")
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { _ = conn.Close() })
	if _, err := fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: caucus.test\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", path, len(body), body); err != nil {
		p.t.Fatal(err)
	}
	synctest.Wait()
	return conn
}

func heap() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc + m.StackInuse)
}

// However many answers with a poll in them nobody reads, the poll is in memory once.
func TestUnreadAnswersShareTheirPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := openThick(t)
		for path, body := range map[string]string{
			"/polls/rejoin": fmt.Sprintf(`{"accessToken":%q}`, p.ann.AccessToken),
			"/polls/join":   fmt.Sprintf(`{"pollID":%q,"name":"Bob"}`, p.ann.PollID),
		} {
			const clients = 100
			p.deaf(path, body)
			before := heap()
			for range clients {
				p.deaf(path, body)
			}
			if each := (heap() - before) / clients; each > p.size/4 {
				t.Errorf("%s: %d bytes for each answer that nobody reads, with a view of %d", path, each, p.size)
			}
		}
	})
}

// While a poll changes, answers that nobody reads hold no more of its versions than there is
// memory for: the oldest are cut off, and those who read get theirs.
func TestUnreadAnswersGiveWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit = 512 << 10
		p := openThick(t, func(o *httpd.Options) { o.MaxDocuments = 2 * limit })
		rejoin := fmt.Sprintf(`{"accessToken":%q}`, p.ann.AccessToken)
		before := heap()
		var unread []net.Conn
		for i := range 12 {
			unread = append(unread, p.deaf("/polls/rejoin", rejoin))
			p.host.must("edit_poll", fmt.Sprintf(`{"topic":"Topic %d"}`, i))
		}
		if held := heap() - before; held > 3*limit {
			t.Errorf("%d bytes are held, of views of %d", held, p.size)
		}
		res := p.post("/polls/rejoin", wire.RejoinPoll{AccessToken: p.ann.AccessToken})
		var view poll.Base
		if res.decode(t, &view); res.StatusCode != http.StatusCreated || view.Topic != "Topic 11" {
			t.Errorf("somebody who reads: status %d, %q", res.StatusCode, view.Topic)
		}
		for i, conn := range []net.Conn{unread[0], unread[11]} {
			body, err := io.ReadAll(io.LimitReader(conn, int64(p.size)))
			if whole := err == nil && len(body) == p.size; whole != (i == 1) {
				t.Errorf("answer %d: %d bytes of more than %d, %v", i, len(body), p.size, err)
			}
		}
	})
}
