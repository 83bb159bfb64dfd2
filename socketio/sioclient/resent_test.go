package sioclient_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/caucus-live/caucus/socketio/pipetest"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

// Package net/http would send a poll again whose connection ends without a response. What a
// server tells the second one is not what was lost: so the connection is.
func TestALostPollIsNotSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		listener := pipetest.Listen()
		polls := 0
		server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.Method == http.MethodPost:
				_, _ = io.WriteString(w, "ok")
				return
			case !r.URL.Query().Has("sid"):
				_, _ = io.WriteString(w, openPacket)
				return
			}
			switch polls++; polls {
			case 1:
				_, _ = io.WriteString(w, admission)
			case 2:
				conn, _, err := http.NewResponseController(w).Hijack()
				if err != nil {
					t.Error(err)
					return
				}
				_ = conn.Close() // with what it would have answered
			default:
				_, _ = io.WriteString(w, "1")
			}
		})}
		served := make(chan error, 1)
		go func() { served <- server.Serve(listener) }() // Close ends it
		defer func() {
			_ = server.Close() // nothing is lost
			if err := <-served; !errors.Is(err, http.ErrServerClosed) {
				t.Error(err)
			}
		}()
		transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return listener.Dial() }}
		defer transport.CloseIdleConnections()
		reason, err := faceOver(t, &http.Client{Transport: transport}, sioclient.Options{Transports: []string{"polling"}})
		if err != nil || reason != sioclient.ReasonTransportError {
			t.Errorf("disconnected by %q, %v", reason, err)
		}
	})
}
