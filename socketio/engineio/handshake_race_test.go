package engineio_test

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// A session that ends while it is being opened is forgotten like any other. This takes real
// time: that of a bubble stands still meanwhile.
func TestSessionEndsWhileItOpens(t *testing.T) {
	var open, opening sync.WaitGroup
	opts := &engineio.Options{PingInterval: time.Millisecond, PingTimeout: time.Millisecond}
	srv, err := engineio.NewServer(func(*engineio.Session) engineio.Handler {
		open.Add(1)
		return ending{&open}
	}, opts)
	if err != nil {
		t.Fatal(err)
	}
	for range 200 {
		opening.Go(func() { // ends on its own
			for range 50 {
				srv.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/engine.io/?EIO=4&transport=polling", nil))
			}
		})
	}
	opening.Wait()
	open.Wait()
	if n := srv.Stats().Sessions; n != 0 {
		t.Errorf("%d sessions are left", n)
	}
	if err := srv.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}

// An ending tells when a session is over.
type ending struct{ open *sync.WaitGroup }

func (ending) HandleMessage(engineio.Kind, []byte) error { return nil }
func (e ending) HandleClose(engineio.Reason)             { e.open.Done() }
