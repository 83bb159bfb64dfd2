package httpd_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/httpd"
	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/ledger/memory"
	"github.com/caucus-live/caucus/internal/wire"
)

func TestHealth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, func(o *httpd.Options) { o.Version = "v1.2.3" })
		for _, path := range []string{"/healthz", "/readyz"} {
			res := h.get(path)
			if want := `{"status":"ok","version":"v1.2.3"}` + "\n"; res.StatusCode != 200 || string(res.body) != want {
				t.Errorf("%s: %d %s", path, res.StatusCode, res.body)
			}
		}
	})
}

// A sickLedger answers every look at a log as a test wants.
type sickLedger struct {
	ledger.Ledger
	info func() error
}

func (l sickLedger) Info(context.Context, string) (ledger.Info, error) {
	return ledger.Info{}, l.info()
}

func TestReadyNeedsTheLedger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openOn(t, sickLedger{new(memory.Ledger), func() error { return errors.New("input/output error") }})
		if got := problem(t, h.get("/readyz"), http.StatusServiceUnavailable); got[0] != "The ledger cannot be read." {
			t.Errorf("%q", got)
		}
		if res := h.get("/healthz"); res.StatusCode != 200 {
			t.Errorf("status %d", res.StatusCode)
		}
	})
}

// A limited ledger cannot always be written.
type limitedLedger struct {
	ledger.Ledger
	probe func(context.Context) error
	free  func() int64
}

func (l *limitedLedger) Probe(ctx context.Context) error { return l.probe(ctx) }
func (l *limitedLedger) Free() (int64, bool)             { return l.free(), true }

// Whoever asks whether the server is ready learns why nothing can be written, although
// reading goes on; the ledger is not asked more than once a second.
func TestReadySaysWhyNothingCanBeWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		trouble, probes := error(nil), 0
		l := &limitedLedger{new(memory.Ledger), func(context.Context) error { probes++; return trouble }, func() int64 { return 1 << 40 }}
		h := openOn(t, l)
		for range 10 {
			if res := h.get("/readyz"); res.StatusCode != http.StatusOK {
				t.Errorf("status %d", res.StatusCode)
			}
		}
		if probes != 1 {
			t.Errorf("%d probes in a moment", probes)
		}
		trouble = &ledger.UnwritableError{Reason: "the disk is full", Err: errors.New("no space left on device")}
		settle(time.Second)
		if got := problem(t, h.get("/readyz"), http.StatusServiceUnavailable); got[0] != "The server cannot save anything just now: the disk is full." {
			t.Errorf("%q", got)
		}
		trouble = errors.New("a secret")
		settle(time.Second)
		if got := problem(t, h.get("/readyz"), http.StatusServiceUnavailable); got[0] != "The server cannot save anything just now." {
			t.Errorf("%q", got)
		}
		trouble = nil
		settle(time.Second)
		if res := h.get("/readyz"); res.StatusCode != http.StatusOK {
			t.Errorf("status %d", res.StatusCode)
		}
	})
}

// A ledger that does not answer keeps nobody waiting who asks for readiness.
func TestReadyDoesNotWaitForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &limitedLedger{new(memory.Ledger), func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, func() int64 { return 1 << 40 }}
		h := openOn(t, l)
		start := time.Now()
		problem(t, h.get("/readyz"), http.StatusServiceUnavailable)
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("answered after %s", took)
		}
	})
}

// While the disk is nearly full, new polls are refused with a sentence, and those under
// way go on.
func TestLowDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		free := int64(2000)
		l := &limitedLedger{new(memory.Ledger), func(context.Context) error { return nil }, func() int64 { return free }}
		h := openOn(t, l, func(o *httpd.Options) { o.MinDisk = 1000 })
		p := h.play("Ann", "Bob")
		free = 999
		body := wire.CreatePoll{Topic: "T", VotesPerVoter: 2, Name: "N", Patches: true}
		got := problem(t, h.post("/polls", body), http.StatusServiceUnavailable)
		if !strings.Contains(got[0], "nearly full") {
			t.Errorf("%q", got)
		}
		body.Patches = false
		problem(t, h.post("/polls", body), http.StatusBadRequest)
		problem(t, h.get("/readyz"), http.StatusServiceUnavailable)
		p.bob.must("submit_rankings", p.ballot(1))
		p.ann.must("close_poll", "")
		free = 1000
		h.joined(h.post("/polls", body))
	})
}

// A client that the server cannot place is cut off as if the network had failed: it
// reconnects, which it would not if the namespace had sent it away.
func TestClientsThatCannotBePlacedComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		trouble := func() error { return nil }
		h := openOn(t, appendingLedger{new(memory.Ledger), func(context.Context) error { return trouble() }})
		mustBeCutOff := func(c *client) {
			t.Helper()
			settle(time.Second)
			if !c.isGone() || slices.Contains(c.messages(), "1/polls,") {
				t.Errorf("gone %t, told %q", c.isGone(), c.messages())
			}
		}
		ann := h.create("Ann")
		a, bob := h.patches(ann), h.join(ann.PollID, "Bob")

		trouble = func() error { return errors.New("no space left on device") }
		mustBeCutOff(h.dial(fmt.Sprintf(`{"token":%q,"patches":true}`, bob.AccessToken)))

		trouble = func() error { panic("a fault of the test") } //nolint:forbidigo // what is tested
		a.emit("nominate", `{"text":"Pizza"}`)
		mustBeCutOff(a)

		trouble = func() error { return nil }
		h.patches(bob)
		h.patches(ann)
	})
}

// A panic costs one request, which gets a sentence with the number under which
// the log has it.
func TestPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openOn(t, sickLedger{new(memory.Ledger), func() error { panic("the roof is on fire") }}) //nolint:forbidigo // the test is about it
		res := h.get("/readyz")
		got := problem(t, res, http.StatusInternalServerError)
		id := res.Header.Get("X-Request-Id")
		if id == "" || !strings.Contains(got[0], id) || strings.Contains(string(res.body), "roof") {
			t.Errorf("%q, X-Request-Id %q", got, id)
		}
		fault := logged(t, h, "fault")
		if len(fault) != 1 || fault[0].ID != id || !strings.Contains(fault[0].Error, "the roof is on fire") {
			t.Errorf("%v", fault)
		}
		if res := h.get("/healthz"); res.StatusCode != 200 {
			t.Errorf("status %d", res.StatusCode)
		}
	})
}

// A logLine is what requests and faults log.
type logLine struct {
	Level, Msg, ID, Error string
	Method, Route         string
	Status, Bytes         int
	Poll, Event, Command  string
	Accepted              bool
}

// logged returns the log's lines with a message.
func logged(t *testing.T, h *house, message string) (lines []logLine) {
	t.Helper()
	for line := range strings.Lines(h.logs.String()) {
		var v logLine
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatal(err)
		}
		if v.Msg == message {
			lines = append(lines, v)
		}
	}
	return lines
}

func TestRequestLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		j := h.create("Ann")
		res := h.get("/polls/" + j.PollID + "?secret=1")
		h.get("/healthz")
		h.do(http.MethodDelete, "/secret/"+j.PollID, "")
		got := logged(t, h, "request")
		if line := got[1]; line.ID != res.Header.Get("X-Request-Id") || line.Bytes != len(res.body) {
			t.Errorf("%+v", line)
		}
		for i := range got {
			if len(got[i].ID) != 10 {
				t.Errorf("id %q", got[i].ID)
			}
			got[i].ID, got[i].Bytes = "", 0
		}
		want := []logLine{
			{Level: "INFO", Msg: "request", Method: "POST", Route: "POST /polls", Status: 201},
			{Level: "INFO", Msg: "request", Method: "GET", Route: "GET /polls/{id}", Status: 200},
			{Level: "DEBUG", Msg: "request", Method: "GET", Route: "GET /healthz", Status: 200},
			{Level: "INFO", Msg: "request", Method: "DELETE", Route: "none", Status: 405},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

// What happens to a command is logged with the ids by which it can be found.
func TestCommandLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := false
		h := openOn(t, appendingLedger{new(memory.Ledger), func(context.Context) error {
			if broken {
				return errors.New("no space left on device")
			}
			return nil
		}})
		p := h.play("Ann", "Bob")
		p.ann.must("close_poll", `{"commandID":"a1"}`)
		p.ann.command("nominate", `{"text":"Soup","commandID":"a2"}`)
		broken = true
		p.ann.command("cancel_poll", `{"commandID":"a3"}`)
		want := []logLine{
			{Level: "DEBUG", Msg: "command", Poll: p.code, Event: "close_poll", Command: "a1", Accepted: true},
			{Level: "DEBUG", Msg: "command", Poll: p.code, Event: "nominate", Command: "a2"},
			{Level: "DEBUG", Msg: "command", Poll: p.code, Event: "cancel_poll", Command: "a3"},
		}
		lines := logged(t, h, "command")
		if diff := cmp.Diff(want, lines[len(lines)-3:]); diff != "" {
			t.Error(diff)
		}
		if fault := logged(t, h, "fault"); len(fault) != 1 || !strings.Contains(fault[0].Error, `command "a3"`) {
			t.Errorf("%+v", fault)
		}
	})
}

func TestMetrics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, func(o *httpd.Options) { o.Version = `v1 "x"` })
		p := h.play("Ann", "Bob")
		p.bob.emit("submit_rankings", `{"rankings":7}`)
		p.bob.emit("made_up", "")
		h.get("/polls/ZZZZZZ")
		settle(time.Second)
		res := h.metrics()
		if got := res.Header.Get("Content-Type"); !strings.HasPrefix(got, "text/plain; version=0.0.4; charset=utf-8") {
			t.Errorf("Content-Type %q", got)
		}
		if got := res.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("Cache-Control %q", got)
		}
		lines := slices.Collect(strings.Lines(string(res.body)))
		for _, want := range []string{
			`caucus_build_info{version="v1 \"x\""} 1`,
			`caucus_polls 1`,
			`caucus_sockets 2`,
			`caucus_command_seconds_count{kind="nominate",outcome="ok"} 3`,
			`caucus_command_seconds_bucket{kind="nominate",outcome="ok",le="+Inf"} 3`,
			`caucus_command_seconds_bucket{kind="nominate",outcome="ok",le="0.0005"} 3`,
			`caucus_command_seconds_count{kind="submit_rankings",outcome="bad_request"} 1`,
			`caucus_command_seconds_count{kind="unknown",outcome="bad_request"} 1`,
			`caucus_http_request_seconds_count{route="POST /polls",status="201"} 1`,
			`caucus_http_request_seconds_count{route="GET /polls/{id}",status="404"} 1`,
			`caucus_ledger_entries_total 6`,
			`caucus_ledger_append_seconds_count{outcome="ok"} 6`,
			`caucus_ledger_append_entries_bucket{le="1"} 6`,
			`caucus_ledger_append_entries_sum 6`,
			`socketio_sessions_opened_total 2`,
			`caucus_polls_expired_total 0`,
			`socketio_panics_total 0`,
			`# TYPE caucus_command_seconds histogram`,
			`# TYPE caucus_publications_total counter`,
			`# TYPE caucus_polls gauge`,
		} {
			if !slices.Contains(lines, want+"\n") {
				t.Errorf("no line %s in\n%s", want, res.body)
			}
		}
		for _, some := range []string{
			`caucus_publications_total{event="poll_patch"}`, `caucus_patches_total`, `caucus_patch_bytes_total`, `socketio_sent_bytes_total`, `socketio_writes_total`, `go_goroutines`,
		} {
			if !regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(some) + ` [1-9]`).Match(res.body) {
				t.Errorf("%s is not there, or 0, in\n%s", some, res.body)
			}
		}
	})
}
