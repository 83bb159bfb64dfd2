package httpd_test

import (
	"compress/gzip"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/httpd"
	"github.com/caucus-live/caucus/internal/wire"
)

// closed is a poll that everybody can look at.
func closed(h *house) string {
	h.t.Helper()
	p := h.play("Ann", "Bob")
	p.ann.must("submit_rankings", p.ballot(1, 0))
	p.ann.must("close_poll", "")
	return p.code
}

// What a closed poll looks like has a strong tag, by which a client that has it is
// spared the body, and is compressed for those who take that.
func TestDocumentsHaveTags(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		code := closed(h)
		for _, route := range []string{"/results", "/export.json", "/export.csv", "/export.blt"} {
			plain := h.get("/polls/"+code+route, "Accept-Encoding", "identity")
			tag := plain.Header.Get("Etag")
			if plain.StatusCode != http.StatusOK || !strings.HasPrefix(tag, `"`) {
				t.Fatalf("%s: status %d, tag %s", route, plain.StatusCode, tag)
			}
			if res := h.get("/polls/"+code+route, "Accept-Encoding", "identity", "If-None-Match", tag); res.StatusCode != http.StatusNotModified || len(res.body) > 0 {
				t.Errorf("%s: status %d with the tag", route, res.StatusCode)
			}
			zipped := h.get("/polls/"+code+route, "Accept-Encoding", "gzip")
			if zipped.Header.Get("Content-Encoding") != "gzip" {
				continue // it would not be smaller
			}
			if zipped.Header.Get("Etag") == tag {
				t.Errorf("%s: different bytes have the tag %s", route, tag)
			}
			r, err := gzip.NewReader(strings.NewReader(string(zipped.body)))
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(r)
			if diff := cmp.Diff(string(plain.body), string(got)); diff != "" || err != nil {
				t.Errorf("%s: %v %s", route, err, diff)
			}
		}
	})
}

// While people who do not read hold all the memory that there is for documents, others
// are told to come back, and when those are gone there is room again.
func TestDocumentsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, func(o *httpd.Options) { o.MaxDocuments = 4000 })
		first, second := closed(h), closed(h)
		conn, err := h.ln.DialContext(t.Context(), "", "")
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		deaf(t, conn, "/polls/"+first+"/export.json")
		if res := h.get("/polls/" + first + "/export.json"); res.StatusCode != http.StatusOK {
			t.Errorf("the same document: status %d", res.StatusCode)
		}
		res := h.get("/polls/" + second + "/export.json")
		if problem(t, res, http.StatusServiceUnavailable); res.Header.Get("Retry-After") == "" {
			t.Error("nobody is told when to come back")
		}
		settle(2 * time.Minute) // longer than anybody may take to take a response
		if res := h.get("/polls/" + second + "/export.json"); res.StatusCode != http.StatusOK {
			t.Errorf("status %d: %s", res.StatusCode, res.body)
		}
	})
}

// deaf asks for something and reads nothing.
func deaf(t *testing.T, conn net.Conn, path string) {
	t.Helper()
	if _, err := io.WriteString(conn, "GET "+path+" HTTP/1.1\r\nHost: caucus.test\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
}

// A poll that changes after its close is encoded again.
func TestDocumentsFollowThePoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		p := h.play("Ann", "Bob")
		p.ann.must("submit_rankings", p.ballot(1, 0))
		p.ann.must("close_poll", "")
		before := h.get("/polls/" + p.code + "/results")
		p.ann.must("cancel_poll", "")
		problem(t, h.get("/polls/"+p.code+"/results"), http.StatusNotFound)
		var got wire.PollResults
		before.decode(t, &got)
		if got.ID != p.code {
			t.Errorf("%+v", got)
		}
	})
}
