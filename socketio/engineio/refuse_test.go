package engineio_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// lines returns a logger of lines without their time, and what it has logged.
func lines() (*slog.Logger, func() []string) {
	var buf bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&buf, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	}))
	return logger, func() []string {
		text := strings.TrimSuffix(buf.String(), "\n")
		buf.Reset()
		if text == "" {
			return nil
		}
		return strings.Split(text, "\n")
	}
}

// What an option refuses is logged with the option's name, once a minute.
func TestRefusalsAreLogged(t *testing.T) {
	logger, logged := lines()
	query := "EIO=4&transport=polling"
	stranger := []string{"Origin", "https://evil.test"}
	bubble(t, &engineio.Options{Logger: logger}, func(w *world) {
		want := func(lines ...string) {
			t.Helper()
			synctest.Wait()
			if diff := cmp.Diff(lines, logged()); diff != "" {
				w.Errorf("log (-want +got):\n%s", diff)
			}
		}
		w.do("GET", query, "", stranger...)
		want(`level=WARN msg="engineio: request refused" cause=Forbidden option=OriginPatterns host=caucus.test origin=https://evil.test not_logged=0`)
		w.do("GET", query, "", stranger...)
		w.upgrade("EIO=4&transport=websocket", stranger...)
		want()
		w.do("GET", "EIO=3&transport=polling", "") // another cause
		want(`level=WARN msg="engineio: request refused" cause="Unsupported protocol version" option=AllowEIO3 host=caucus.test origin="" not_logged=0`)
		w.do("GET", query, "", "Origin", "https://our.test") // and another
		want(`level=WARN msg="engineio: request refused" cause=Forbidden option=OriginPatterns host=caucus.test origin=https://our.test not_logged=0`)
		pass(time.Minute)
		w.do("GET", query, "", stranger...)
		want(`level=WARN msg="engineio: request refused" cause=Forbidden option=OriginPatterns host=caucus.test origin=https://evil.test not_logged=2`)
		w.do("GET", query, "", "Origin", "https://"+strings.Repeat("a", 1000))
		want(`level=WARN msg="engineio: request refused" cause=Forbidden option=OriginPatterns host=caucus.test origin=https://` + strings.Repeat("a", 248) + ` not_logged=0`)
		w.do("GET", of("unknown"), "")
		w.do("PUT", query, "")
		want()
	})
}

// Invented origins do not fill the log, or memory.
func TestRefusalsOfManyOrigins(t *testing.T) {
	logger, logged := lines()
	bubble(t, &engineio.Options{Logger: logger}, func(w *world) {
		for i := range 1000 {
			w.do("GET", "EIO=4&transport=polling", "", "Origin", fmt.Sprintf("https://%d.test", i))
		}
		synctest.Wait()
		if n := len(logged()); n < 10 || n > 65 {
			w.Errorf("%d lines in a minute", n)
		}
		pass(time.Minute)
		w.do("GET", "EIO=4&transport=polling", "", "Origin", "https://our.test")
		synctest.Wait()
		if got := logged(); len(got) != 1 || !strings.Contains(got[0], "origin=https://our.test not_logged=0") {
			w.Errorf("a minute later: %q", got)
		}
	})
}

// Every option that refuses requests says so.
func TestRefusalsNameTheOption(t *testing.T) {
	again := func(w *world) { w.openPolling(); w.do("GET", "EIO=4&transport=polling", "") }
	get := func(query string) func(w *world) { return func(w *world) { w.do("GET", query, "") } }
	for option, tt := range map[string]struct {
		opts    engineio.Options
		refused func(w *world)
	}{
		"OriginPatterns":        {engineio.Options{}, func(w *world) { w.do("GET", "EIO=4&transport=polling", "", "Origin", "null") }},
		"Transports":            {engineio.Options{Transports: []string{"websocket"}}, get("EIO=4&transport=polling")},
		"AllowEIO3":             {engineio.Options{}, get("EIO=3&transport=polling")},
		"AllowRequest":          {engineio.Options{AllowRequest: func(*http.Request) error { return errors.New("no") }}, get("EIO=4&transport=polling")},
		"DisableUpgrades":       {engineio.Options{DisableUpgrades: true}, func(w *world) { w.upgrade("EIO=4&transport=websocket&sid=" + w.openPolling()) }},
		"MaxSessions":           {engineio.Options{MaxSessions: 1}, again},
		"MaxSessionsPerAddress": {engineio.Options{MaxSessionsPerAddress: 1}, again},
		"HandshakeRate":         {engineio.Options{HandshakeRate: engineio.Rate{N: 1, Per: time.Second}}, again},
		"TotalHandshakeRate":    {engineio.Options{TotalHandshakeRate: engineio.Rate{N: 1, Per: time.Second}}, again},
		"":                      {engineio.Options{}, get(of("unknown"))},
	} {
		t.Run(option, func(t *testing.T) {
			var options []string
			tt.opts.OnRefuse = func(_ *http.Request, err *engineio.RequestError) { options = append(options, err.Option) }
			bubble(t, &tt.opts, func(w *world) {
				tt.refused(w)
				synctest.Wait()
				if diff := cmp.Diff([]string{option}, options); diff != "" {
					w.Errorf("options (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// A client that leaves while AllowRequest waits is refused by no option: the
// operator does not hear of it. One that AllowRequest refuses all the same is.
func TestClientLeavesBeforeAllowRequest(t *testing.T) {
	refused := errors.New("no")
	for name, tt := range map[string]struct {
		answer func(context.Context) error
		option string
		lines  int
	}{
		"gives up":           {context.Context.Err, "", 0},
		"gives up, and says": {func(ctx context.Context) error { return fmt.Errorf("sessions: %w", ctx.Err()) }, "", 0},
		"refuses":            {func(context.Context) error { return refused }, "AllowRequest", 1},
		"refuses too late":   {func(context.Context) error { return context.DeadlineExceeded }, "AllowRequest", 1},
	} {
		t.Run(name, func(t *testing.T) {
			logger, logged := lines()
			var options []string
			opts := &engineio.Options{
				AllowRequest: func(r *http.Request) error {
					<-r.Context().Done()
					return tt.answer(r.Context())
				},
				OnRefuse: func(_ *http.Request, err *engineio.RequestError) { options = append(options, err.Option) },
				Logger:   logger,
			}
			bubble(t, opts, func(w *world) {
				p := w.connect("GET /engine.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: caucus.test\r\n\r\n")
				synctest.Wait()
				p.close()
				synctest.Wait()
				if diff := cmp.Diff([]string{tt.option}, options); diff != "" {
					w.Errorf("options (-want +got):\n%s", diff)
				}
				if got := logged(); len(got) != tt.lines {
					w.Errorf("log: %q", got)
				}
			})
		})
	}
}
