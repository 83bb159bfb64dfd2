package httpd_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/internal/httpd"
	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/ledger/memory"
	"github.com/caucus-live/caucus/internal/logtest"
	"github.com/caucus-live/caucus/internal/wire"
	"github.com/caucus-live/caucus/socketio/pipetest"
)

// key signs the tokens of the houses below.
var key = []byte("a key of the tests, which is long enough")

// A house is a server with an empty ledger, in a bubble of time, behind a network
// that is part of the bubble.
type house struct {
	t    *testing.T
	ln   *pipetest.Listener
	http *http.Client
	logs *logtest.Buffer
	show http.Handler // the metrics

	shut context.CancelFunc // ends Serve
	end  func() error       // ends Serve, and returns what it returned
}

// open opens a house, for the time of a test.
func open(t *testing.T, change ...func(*httpd.Options)) *house {
	t.Helper()
	return openOn(t, new(memory.Ledger), change...)
}

func openOn(t *testing.T, l ledger.Ledger, change ...func(*httpd.Options)) *house {
	t.Helper()
	h := &house{t: t, ln: pipetest.Listen(), logs: new(logtest.Buffer)}
	opts := &httpd.Options{
		TokenKey: key,
		Logger:   slog.New(slog.NewJSONHandler(h.logs, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, f := range change {
		f(opts)
	}
	s, err := httpd.New(l, opts)
	if err != nil {
		t.Fatal(err)
	}
	h.show = s.Metrics()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, h.ln) }() // ends with the test, which waits for it
	h.shut = cancel
	h.end = sync.OnceValue(func() error {
		cancel()
		return <-ended
	})
	h.http = &http.Client{Transport: &http.Transport{DialContext: h.ln.DialContext, DisableKeepAlives: true}}
	hung := time.AfterFunc(patience, func() { panic("the test waits for what never comes") }) //nolint:forbidigo // shows where
	t.Cleanup(func() {
		hung.Stop()
		if err := h.end(); err != nil {
			t.Error("Serve:", err)
		}
	})
	return h
}

// patience is how long a house may be open. A test that waits for what never comes
// would have the time of its bubble run on for ever, and what is logged and sent
// meanwhile would fill the memory.
const patience = 48 * time.Hour

// A response is an answer, read.
type response struct {
	*http.Response
	body []byte
}

func (r *response) decode(t *testing.T, v any) {
	t.Helper()
	if err := json.Unmarshal(r.body, v); err != nil {
		t.Fatalf("%v in %s", err, r.body)
	}
}

func (h *house) do(method, path, body string, header ...string) *response {
	h.t.Helper()
	req, err := http.NewRequestWithContext(h.t.Context(), method, "http://caucus.test"+path, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			req.Host = header[i+1]
		}
		req.Header.Set(header[i], header[i+1])
	}
	res, err := h.http.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return &response{res, data}
}

func (h *house) get(path string, header ...string) *response {
	h.t.Helper()
	return h.do(http.MethodGet, path, "", header...)
}

// metrics returns what an operator is shown.
func (h *house) metrics() *response {
	h.t.Helper()
	rec := httptest.NewRecorder()
	h.show.ServeHTTP(rec, httptest.NewRequestWithContext(h.t.Context(), http.MethodGet, "/metrics", http.NoBody))
	return &response{rec.Result(), rec.Body.Bytes()}
}

func (h *house) post(path string, body any) *response {
	h.t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		h.t.Fatal(err)
	}
	return h.do(http.MethodPost, path, string(data))
}

// create makes a poll and returns the answer.
func (h *house) create(name string, change ...func(*wire.CreatePoll)) wire.Joined {
	h.t.Helper()
	body := wire.CreatePoll{Topic: "Where shall we eat?", VotesPerVoter: 3, Name: name}
	for _, f := range change {
		f(&body)
	}
	return h.joined(h.post("/polls", body))
}

// join joins a poll and returns the answer.
func (h *house) join(pollID, name string) wire.Joined {
	h.t.Helper()
	return h.joined(h.post("/polls/join", wire.JoinPoll{PollID: pollID, Name: name}))
}

func (h *house) joined(res *response) (joined wire.Joined) {
	h.t.Helper()
	if res.StatusCode != http.StatusCreated {
		h.t.Fatalf("status %d: %s", res.StatusCode, res.body)
	}
	res.decode(h.t, &joined)
	return joined
}

// settle lets d pass, and all that it brings about happen.
func settle(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}
