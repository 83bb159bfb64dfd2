package load_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gobwas/ws"

	"github.com/caucus-live/caucus/cmd/caucus/load"
	"github.com/caucus-live/caucus/internal/httpd"
	"github.com/caucus-live/caucus/internal/ledger/memory"
	"github.com/caucus-live/caucus/internal/poll"
)

// patience is how long a phase of these small plays may take.
const patience = 20 * time.Second

// serve runs a server for the time of a test. around, if not nil, stands before it.
func serve(t *testing.T, around func(http.Handler) http.Handler) (url string) {
	t.Helper()
	s, err := httpd.New(new(memory.Ledger), &httpd.Options{
		TokenKey: []byte("a key of the tests, which is long enough"),
		Logger:   slog.New(slog.DiscardHandler), DrainWindow: time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	ln, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, ln) }() // ends with cancel; waited for below
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	if around == nil {
		return "http://" + ln.Addr().String()
	}
	front := httptest.NewServer(around(s))
	t.Cleanup(front.Close)
	return front.URL
}

func TestPlay(t *testing.T) {
	for name, opts := range map[string]load.Options{
		"patches":    {People: 30},
		"polls":      {Polls: 5, People: 7, Arrivals: 1000},
		"base":       {People: 20, Base: true, Method: "irv"},
		"alone":      {People: 1, Nominations: 2, VotesPerVoter: 1},
		"slow":       {People: 20, Slow: 5},
		"reconnects": {People: 20, Sustain: 300 * time.Millisecond, Ballots: 50, Reconnects: 100, RetryDelay: 10 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			opts.URLs, opts.Patience = []string{serve(t, nil)}, patience
			report, err := load.Run(t.Context(), opts)
			if err != nil {
				t.Fatal(err)
			}
			if !report.OK() {
				t.Errorf("failures: %v", report.Failures)
			}
			people := max(opts.Polls, 1) * opts.People
			voters := people - opts.Slow
			if report.States != people || report.Counted != voters {
				t.Errorf("%d states and %d ballots were checked; want %d and %d", report.States, report.Counted, people, voters)
			}
			var names []string
			for _, p := range report.Phases {
				names = append(names, p.Name)
			}
			if got := strings.Join(names, " "); got != "join nominate start vote close" {
				t.Errorf("phases: %s", got)
			}
			if report.Received < 1000 || report.MostReceived < report.Received || report.Acks.Max < report.Acks.P50 {
				t.Errorf("%+v", report)
			}
			if opts.Reconnects > 0 && (report.Lost == 0 || report.Sustained.Ballots == 0) {
				t.Errorf("%d connections lost, %d ballots", report.Lost, report.Sustained.Ballots)
			}
		})
	}
}

// A server that counts wrong is found out.
func TestAWrongCountIsFound(t *testing.T) {
	for name, spoil := range map[string]func(*poll.Export){
		"lost":    func(e *poll.Export) { e.Ballots = e.Ballots[1:] },
		"twice":   func(e *poll.Export) { e.Ballots = append(e.Ballots, e.Ballots[0]) },
		"changed": func(e *poll.Export) { e.Ballots[0].Ranking = e.Ballots[0].Ranking[1:] },
	} {
		t.Run(name, func(t *testing.T) {
			url := serve(t, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if !strings.HasSuffix(r.URL.Path, "export.json") {
						next.ServeHTTP(w, r)
						return
					}
					rec := httptest.NewRecorder()
					r.Header.Del("Accept-Encoding") // so that the export comes as it is
					next.ServeHTTP(rec, r)
					var e poll.Export
					if err := json.Unmarshal(rec.Body.Bytes(), &e); err != nil {
						t.Error(err)
					}
					spoil(&e)
					if err := json.NewEncoder(w).Encode(e); err != nil {
						t.Error(err)
					}
				})
			})
			report, err := load.Run(t.Context(), load.Options{URLs: []string{url}, People: 5, Patience: patience})
			if err != nil {
				t.Fatal(err)
			}
			if report.OK() {
				t.Error("nothing was found")
			}
		})
	}
}

// Everybody says good-bye, as browsers do, so that the server does not wonder what has cut them off.
func TestPeopleSayGoodbye(t *testing.T) {
	const people = 10
	var goodbyes atomic.Int32
	opts := load.Options{URLs: []string{serve(t, nil)}, People: people, Patience: patience}
	report, err := load.Run(t.Context(), opts.Over(func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, addr)
		return &polite{conn, &goodbyes}, err
	}))
	if err != nil || !report.OK() {
		t.Fatal(err, report.Failures)
	}
	if n := goodbyes.Load(); n != people {
		t.Errorf("%d of %d people said good-bye", n, people)
	}
}

// A polite is a connection that counts the close frames that are sent over it.
type polite struct {
	net.Conn
	goodbyes *atomic.Int32
}

func (p *polite) Write(b []byte) (int, error) {
	if ws.OpCode(b[0]&0xf) == ws.OpClose && b[0]&0x80 != 0 { // HTTP is ASCII
		p.goodbyes.Add(1)
	}
	return p.Conn.Write(b)
}

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("enough")
	url := serve(t, nil)
	_, err := load.Run(ctx, load.Options{URLs: []string{url}, People: 3, Patience: patience, Sustain: time.Hour, Interrupt: func(ctx context.Context) error {
		cancel(why)
		<-ctx.Done()
		return context.Cause(ctx)
	}})
	if !errors.Is(err, why) {
		t.Errorf("error %v", err)
	}
}

func TestMainTellsWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"-help"}, 0, "Plays polls against a server"},
		{[]string{"-people", "x"}, 2, "caucus load -help shows how to use it."},
		{[]string{"http://a", "b"}, 1, "an address such as http://localhost:3000"},
		{[]string{"-kills", "1", "http://a"}, 2, "only servers of its own can be started, killed"},
		{[]string{"-kills", "1", "-drains", "1"}, 2, "either -kills or -drains"},
		{[]string{"localhost:3000"}, 1, "an address such as http://localhost:3000"},
		{[]string{"-slow", "9", "-people", "9", "http://a"}, 1, "somebody must not be slow"},
		{[]string{"-people", "-1", "http://a"}, 1, "there must be a poll"},
		{[]string{"-ballots", "-1", "http://a"}, 1, "no figure may be negative"},
	} {
		var out bytes.Buffer
		if code := load.Main(t.Context(), c.args, nil, &out, &out); code != c.code || !strings.Contains(out.String(), c.want) {
			t.Errorf("%q: %d %s", c.args, code, out.String())
		}
	}
}

func TestMainReports(t *testing.T) {
	var out bytes.Buffer
	if code := load.Main(t.Context(), []string{"-people", "5", "-patience", patience.String(), serve(t, nil)}, nil, &out, io.Discard); code != 0 {
		t.Errorf("code %d", code)
	}
	for _, want := range []string{"join ", "close ", "in all ", "received ", "checked      5 people have the same state; 5 ballots"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the report does not have %q:\n%s", want, out.String())
		}
	}
}
