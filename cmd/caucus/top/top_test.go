package top_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"

	"github.com/caucus-live/caucus/cmd/caucus/top"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// first and second are what a server measures at two moments.
const first = `# TYPE caucus_build_info gauge
caucus_build_info{version="v1.2.3"} 1
# TYPE caucus_sockets gauge
caucus_sockets 3
# TYPE process_resident_memory_bytes gauge
process_resident_memory_bytes 4.2e+07
# TYPE caucus_command_seconds histogram
caucus_command_seconds_bucket{kind="nominate",outcome="ok",le="0.001"} 1
caucus_command_seconds_bucket{kind="nominate",outcome="ok",le="0.01"} 1
caucus_command_seconds_bucket{kind="nominate",outcome="ok",le="+Inf"} 1
caucus_command_seconds_sum{kind="nominate",outcome="ok"} 1
caucus_command_seconds_count{kind="nominate",outcome="ok"} 1
`

const second = `# TYPE caucus_build_info gauge
caucus_build_info{version="v1.2.3"} 1
# TYPE caucus_sockets gauge
caucus_sockets 1234
# TYPE caucus_polls gauge
caucus_polls 12
# TYPE process_resident_memory_bytes gauge
process_resident_memory_bytes 4.2e+07
# TYPE caucus_sockets_turned_away_total counter
caucus_sockets_turned_away_total 50000
# TYPE caucus_command_seconds histogram
caucus_command_seconds_bucket{kind="nominate",outcome="ok",le="0.001"} 1
caucus_command_seconds_bucket{kind="nominate",outcome="ok",le="0.01"} 1
caucus_command_seconds_bucket{kind="nominate",outcome="ok",le="+Inf"} 1
caucus_command_seconds_sum{kind="nominate",outcome="ok"} 1
caucus_command_seconds_count{kind="nominate",outcome="ok"} 1
caucus_command_seconds_bucket{kind="submit_rankings",outcome="ok",le="0.001"} 0
caucus_command_seconds_bucket{kind="submit_rankings",outcome="ok",le="0.01"} 100000
caucus_command_seconds_bucket{kind="submit_rankings",outcome="ok",le="+Inf"} 100000
caucus_command_seconds_sum{kind="submit_rankings",outcome="ok"} 1
caucus_command_seconds_count{kind="submit_rankings",outcome="ok"} 100000
caucus_command_seconds_bucket{kind="submit_rankings",outcome="internal",le="0.001"} 0
caucus_command_seconds_bucket{kind="submit_rankings",outcome="internal",le="0.01"} 0
caucus_command_seconds_bucket{kind="submit_rankings",outcome="internal",le="+Inf"} 20000
caucus_command_seconds_sum{kind="submit_rankings",outcome="internal"} 1
caucus_command_seconds_count{kind="submit_rankings",outcome="internal"} 20000
`

// serve answers with each text in turn, and then with the last.
func serve(t *testing.T, texts ...string) string {
	t.Helper()
	var asked atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		text := texts[min(int(asked.Add(1))-1, len(texts)-1)]
		if text == "" {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_, _ = w.Write([]byte(text))
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

// One look has the figures of the interval between two scrapes.
func TestOnce(t *testing.T) {
	var out, complaint bytes.Buffer
	if code := top.Main(t.Context(), []string{"-once", "-every", "50ms", serve(t, first, second)}, "", &out, &complaint); code != 0 {
		t.Fatal(code, &complaint)
	}
	rows := map[string][]string{}
	for line := range strings.Lines(out.String()) {
		if fields := strings.Fields(line); len(fields) > 0 {
			rows[fields[0]] = fields
		}
	}
	for first, want := range map[string]string{
		"caucus": "v1.2.3", "people": "1,234 connected polls 12", "memory": "42 MB", "submit_rankings": "ms", "commands": "10.0 ms",
	} {
		if got := strings.Join(rows[first], " "); !strings.Contains(got, want) {
			t.Errorf("%q is not in %q:\n%s", want, got, &out)
		}
	}
	if failed := rows["commands"]; len(failed) < 7 || !strings.Contains(out.String(), "-max-arriving") {
		t.Errorf("neither failures nor those turned away: %s", &out)
	}
	if rows["nominate"] != nil {
		t.Errorf("nobody nominates: %s", &out)
	}
	if strings.Contains(out.String(), "\x1b") {
		t.Errorf("%q", &out)
	}
}

// Without -once there is a look each interval; a server that does not answer for a
// while, or begins at zero, does not end it.
func TestLive(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out := &looks{n: 4, done: cancel}
	var complaint bytes.Buffer
	if code := top.Main(ctx, []string{"-every", "10ms"}, serve(t, second, "", first, second), out, &complaint); code != 0 {
		t.Fatal(code, &complaint)
	}
	if text := out.String(); strings.Count(text, "connected") != 3 || !strings.Contains(text, "503") || strings.Contains(text, "-1") || strings.Contains(text, "NaN") {
		t.Error(text)
	}
}

// A looks takes looks, and calls done with the last of n.
type looks struct {
	bytes.Buffer
	n    int
	done func()
}

func (l *looks) Write(look []byte) (int, error) {
	if l.n--; l.n == 0 {
		l.done()
	}
	return l.Buffer.Write(look)
}

func TestTopSaysWhatIsWrong(t *testing.T) {
	for want, args := range map[string][]string{
		"-metrics-addr 127.0.0.1:9100":         {},
		"there is one server, not 2":           {"a:1", "b:1"},
		"-every is a duration":                 {"-every", "0s", "a:1"},
		`"http://" is not an address`:          {"http://"},
		"is it the server's -metrics-addr":     {"127.0.0.1:1"},
		"is not a Caucus server":               {serve(t, "# TYPE up gauge\nup 1\n")},
		"503":                                  {serve(t, "")},
		"caucus top -help shows how to use it": {"-nonsense"},
		"text format parsing error in line 1":  {serve(t, "<!doctype html>")},
	} {
		var out, complaint bytes.Buffer
		if code := top.Main(t.Context(), args, "", &out, &complaint); code == 0 || !strings.Contains(complaint.String(), want) {
			t.Errorf("%v: %d %s", args, code, &complaint)
		}
	}
}
