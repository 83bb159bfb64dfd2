package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/caucus-live/caucus/cmd/caucus/doctor"
	"github.com/caucus-live/caucus/internal/logtest"
)

// env makes a getenv of pairs.
func env(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

// A process is a run of the program.
type process struct {
	t    *testing.T
	url  string
	log  *logtest.Buffer
	stop func() error
}

// start runs the program on a free port of this machine and waits until it says
// where it is.
func start(t *testing.T, getenv func(string) string, args ...string) *process {
	t.Helper()
	p := &process{t: t, log: new(logtest.Buffer)}
	ctx, cancel := context.WithCancel(t.Context())
	out, stdout := io.Pipe()
	ended := make(chan error, 1)
	// Ends with ctx; stop waits for it.
	go func() {
		err := run(ctx, append([]string{"-addr", "127.0.0.1:0"}, args...), getenv, nil, stdout, p.log)
		_ = stdout.CloseWithError(err)
		ended <- err
	}()
	p.stop = func() error {
		cancel()
		select {
		case err := <-ended:
			return err
		case <-time.After(patience):
			return errors.New("the program does not end")
		}
	}
	late := time.AfterFunc(patience, func() { _ = stdout.CloseWithError(errors.New("it does not say where it is")) })
	defer late.Stop()
	lines := bufio.NewScanner(out)
	for lines.Scan() && p.url == "" {
		p.url = regexp.MustCompile(`https?://\S+`).FindString(lines.Text())
	}
	if p.url == "" {
		t.Fatalf("the program ended: %v\n%s", lines.Err(), p.log)
	}
	go func() { _, _ = io.Copy(io.Discard, out) }() // ends with the program
	return p
}

// end stops the program, which must not fail.
func (p *process) end() {
	p.t.Helper()
	if err := p.stop(); err != nil {
		p.t.Fatalf("%v\n%s", err, p.log)
	}
}

func (p *process) do(method, path, body string) (status int, answer string) {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), method, p.url+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Close = true
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return res.StatusCode, string(data)
}

// create creates a poll, and returns its host's token.
func (p *process) create() (token string) {
	p.t.Helper()
	status, answer := p.do(http.MethodPost, "/polls", `{"topic":"Lunch?","votesPerVoter":2,"name":"Ann"}`)
	if status != http.StatusCreated {
		p.t.Fatal(status, answer)
	}
	var joined struct{ AccessToken string }
	if err := json.Unmarshal([]byte(answer), &joined); err != nil {
		p.t.Fatal(err)
	}
	return joined.AccessToken
}

// What was made in one run is there in the next, and so is the key of its tokens.
func TestRunTwice(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "new", "data")
	p := start(t, env(), "-data", data)
	token := p.create()
	p.end()

	p = start(t, env(), "-data", data)
	defer p.end()
	if status, answer := p.do(http.MethodPost, "/polls/rejoin", `{"accessToken":"`+token+`"}`); status != http.StatusCreated || !strings.Contains(answer, "Lunch?") {
		t.Error(status, answer)
	}
	info, err := os.Stat(filepath.Join(data, keyName))
	if err != nil || info.Mode() != 0o600 {
		t.Errorf("the key: %v, %v", info.Mode(), err)
	}
}

// What is for operators is on addresses of their own, and nowhere else.
func TestOperatorsAreApart(t *testing.T) {
	t.Parallel()
	metrics, profiles := freeAddress(t), freeAddress(t)
	p := start(t, env(), "-data", t.TempDir(), "-metrics-addr", metrics, "-pprof-addr", profiles)
	defer p.end()
	for url, want := range map[string]string{
		"http://" + metrics + "/metrics":                         "caucus_polls 0",
		"http://" + profiles + "/debug/pprof/":                   "goroutine",
		"http://" + profiles + "/debug/pprof/goroutine?debug=1":  "goroutine profile",
		"http://" + profiles + "/debug/pprof/profile?seconds=1":  "",
		"http://" + profiles + "/debug/pprof/cmdline":            "",
		"http://" + profiles + "/debug/pprof/trace?seconds=0.01": "",
	} {
		if status, text := get(t, url); status != http.StatusOK || !bytes.Contains(text, []byte(want)) {
			t.Errorf("%s: %d %.200s", url, status, text)
		}
	}
	for _, other := range []string{
		"http://" + metrics + "/healthz", p.url + "/metrics", p.url + "/debug/pprof/",
		"http://" + profiles + "/metrics", "http://" + metrics + "/debug/pprof/",
	} {
		if status, _ := get(t, other); status != http.StatusNotFound {
			t.Errorf("%s: status %d", other, status)
		}
	}
}

// Measurements that more than this machine and its network can reach are named: by the log,
// and by the doctor, from outside.
func TestOperatorsAreToldOfOpenAddresses(t *testing.T) {
	t.Parallel()
	for addr, open := range map[string]bool{"127.0.0.1:0": false, "[::1]:0": false, "0.0.0.0:0": true, ":0": true} {
		p := start(t, env(), "-data", t.TempDir(), "-metrics-addr", addr, "-pprof-addr", addr)
		p.end()
		for _, name := range []string{"-metrics-addr", "-pprof-addr"} {
			line := regexp.MustCompile(`level=WARN msg="an address for operators may be open to everybody" flag=` + name)
			if line.MatchString(p.log.String()) != open {
				t.Errorf("%s %s: %s", name, addr, p.log)
			}
		}
	}
	metrics := freeAddress(t)
	p := start(t, env(), "-data", t.TempDir(), "-metrics-addr", metrics)
	defer p.end()
	for flag, want := range map[string]string{
		port(metrics): "http://" + metrics + "/metrics is open",
		port(p.url):   "not open, nor is port " + port(p.url),
		"0":           "not open",
	} {
		report, _ := examine(t, &proxy{url: p.url + "/"}, "-idle", "1ms", "-metrics-port", flag)
		i := slices.IndexFunc(report.Findings, func(f doctor.Finding) bool { return f.Check == "metrics" })
		if i < 0 || !strings.HasPrefix(report.Findings[i].Saw, want) {
			t.Errorf("%s: %+v", flag, report.Findings)
		}
	}
}

func TestIsOpen(t *testing.T) {
	for addr, want := range map[string]bool{
		"127.0.0.1:1": false, "[::ffff:127.0.0.1]:1": false, "[::1]:1": false, "10.0.0.1:1": false, "192.168.1.7:1": false, "[fd00::1]:1": false,
		"[fe80::1]:1": false, "0.0.0.0:1": true, "[::]:1": true, "192.0.2.1:1": true, "[2001:db8::1]:1": true, "[::ffff:192.0.2.1]:1": true,
	} {
		if got := isOpen(net.TCPAddrFromAddrPort(netip.MustParseAddrPort(addr))); got != want {
			t.Errorf("%s: %v", addr, got)
		}
	}
}

func TestRunWithAKeyOfTheOperators(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("k", 32)
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, []byte(long+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, env("CAUCUS_TOKEN_KEY", long), "-data", t.TempDir())
	token := p.create()
	p.end()
	data := t.TempDir()
	p = start(t, env(), "-data", data, "-token-key-file", file)
	defer p.end()
	// The same key, but another ledger: the token is good, the poll is not there.
	if status, answer := p.do(http.MethodPost, "/polls/rejoin", `{"accessToken":"`+token+`"}`); status != http.StatusNotFound {
		t.Error(status, answer)
	}
	if _, err := os.Stat(filepath.Join(data, keyName)); !os.IsNotExist(err) {
		t.Error("a key was made although there is one:", err)
	}
}

func TestRunSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	next := nextPort(taken.Addr().String())
	inUse := t.TempDir()
	defer start(t, env(), "-data", inUse).end()
	file := filepath.Join(t.TempDir(), "file")
	foreign := t.TempDir()
	for _, name := range []string{file, filepath.Join(foreign, "ledger.db")} {
		if err := os.WriteFile(name, bytes.Repeat([]byte("not a ledger "), 1000), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name   string
		args   []string
		getenv func(string) string
		want   []string // words of the sentence
	}{
		{"a port that is taken", []string{"-addr", taken.Addr().String()}, env(), []string{"another program uses the port", "caucus -addr " + next, `make run ARGS="-addr ` + next + `"`}},
		{"a port for measurements that is taken", []string{"-metrics-addr", taken.Addr().String()}, env(), []string{"address already in use", "-metrics-addr"}},
		{"a port for profiles that is taken", []string{"-pprof-addr", taken.Addr().String()}, env(), []string{"address already in use", "-pprof-addr"}},
		{"an address that is none", []string{"-addr", "nonsense"}, env(), []string{"nonsense", "with -addr"}},
		{"a ledger that is in use", []string{"-data", inUse}, env(), []string{"another server", inUse, "-data"}},
		{"data that is a file", []string{"-data", file}, env(), []string{file, "-data"}},
		{"a file that is not a ledger", []string{"-data", foreign}, env(), []string{foreign}},
		{"a short key", nil, env("CAUCUS_TOKEN_KEY", "short"), []string{"key", "32 bytes"}},
		{"a key file that is not there", []string{"-token-key-file", filepath.Join(foreign, "none")}, env(), []string{"the token key cannot be read"}},
		{"an unknown flag", []string{"-nonsense"}, env(), []string{"-nonsense", "-help"}},
		{"an unknown command", []string{"nonsense"}, env(), []string{`"nonsense"`, "-help"}},
		{"a bad flag", []string{"-poll-ttl", "soon"}, env(), []string{"soon", "-poll-ttl"}},
		{"a bad variable", nil, env("CAUCUS_POLL_TTL", "soon"), []string{"CAUCUS_POLL_TTL", "soon"}},
		{"a bad rate", []string{"-limit-creations", "many"}, env(), []string{"30/5m", `"many"`}},
		{"a bad format", []string{"-log-format", "xml"}, env(), []string{"text or json"}},
		{"a bad level", nil, env("CAUCUS_LOG_LEVEL", "loud"), []string{"CAUCUS_LOG_LEVEL", "loud"}},
		{"a bad origin", []string{"-allow-origin", "polls.example"}, env(), []string{"-allow-origin", "polls.example", "https://"}},
		{"a bad life", []string{"-poll-ttl", "-1h"}, env(), []string{"-poll-ttl is -1h"}},
		{"a longest life that is shorter", []string{"-max-lifetime", "1s"}, env(), []string{"-max-lifetime is 1s", "-poll-ttl, 24h"}},
		{"a bad public URL", []string{"-public-url", "polls"}, env(), []string{"-public-url is like https://", `"polls"`}},
		{"an option's name as a URL", []string{"-public-url", "PublicURL"}, env(), []string{"-public-url is like", `it is not "PublicURL"`}},
		{"a bad path", []string{"-base-path", "a?b"}, env(), []string{"-base-path is like /vote", `"a?b"`}},
		{"a certificate that is not there", []string{"-tls-cert", "none.pem", "-tls-key", file}, env(), []string{"-tls-cert, -tls-key: stat none.pem"}},
		{"a file that is not a certificate", []string{"-tls-cert", file, "-tls-key", file}, env(), []string{"-tls-cert, -tls-key: read " + file}},
		{"a URL as a domain", []string{"-acme", "https://polls.example"}, env(), []string{"-acme", "like polls.example"}},
		{"a domain with a port", nil, env("CAUCUS_ACME", "polls.example:443"), []string{"CAUCUS_ACME", "like polls.example"}},
		{"a domain of many", []string{"-acme", "*.polls.example"}, env(), []string{"-acme", "like polls.example"}},
		{"an address as a domain", []string{"-acme", "192.0.2.1"}, env(), []string{"-acme", "no IP address"}},
		{"a second domain that is missing", []string{"-acme", "polls.example,"}, env(), []string{"-acme", "like polls.example"}},
		{"a bad authority", []string{"-acme", "polls.example", "-acme-directory", "acme.example"}, env(), []string{"-acme-directory is like https://", `"acme.example"`}},
		{"too many people", []string{"-max-people", "99999999"}, env(), []string{"-max-people", "1000000"}},
		{"no people", []string{"-max-people", "-1"}, env(), []string{"-max-people", "1000000"}},
		{"no options", []string{"-max-nominations", "-1"}, env(), []string{"-max-nominations", "1000"}},
		{"no base people", []string{"-max-base-people", "-1"}, env(), []string{"-max-base-people is -1"}},
		{"no tabs", []string{"-max-tabs", "-1"}, env(), []string{"-max-tabs is -1"}},
		{"no message", []string{"-max-message", "-1"}, env(), []string{"-max-message must not be negative"}},
		{"nobody arriving", []string{"-max-arriving", "-1"}, env(), []string{"-max-arriving must not be negative"}},
		{"no entries", []string{"-max-poll-entries", "-1"}, env(), []string{"-max-poll-entries is -1"}},
		{"no bytes", []string{"-max-poll-bytes", "-1"}, env(), []string{"-max-poll-bytes is -1"}},
		{"no disk", []string{"-min-disk", "-1"}, env(), []string{"-min-disk must not be negative"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			args := append([]string{"-addr", "127.0.0.1:0", "-data", t.TempDir()}, c.args...)
			err := run(t.Context(), args, c.getenv, nil, io.Discard, io.Discard)
			if err == nil {
				t.Fatal("no error")
			}
			if strings.Contains(err.Error(), "httpd") || strings.Contains(err.Error(), "live:") || strings.Contains(err.Error(), "certs:") {
				t.Errorf("operators know no packages: %v", err)
			}
			for _, word := range c.want {
				if !strings.Contains(err.Error(), word) {
					t.Errorf("%q is not in: %v", word, err)
				}
			}
		})
	}
}

func TestRunVersionAndHelp(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), []string{"-version"}, env(), nil, &out, io.Discard); err != nil || !regexp.MustCompile(`^caucus \S+ go1\.\S+\n$`).Match(out.Bytes()) {
		t.Errorf("%v: %q", err, &out)
	}
	out.Reset()
	if err := run(t.Context(), []string{"-help"}, env(), nil, &out, io.Discard); err != nil {
		t.Error(err)
	}
	for _, word := range []string{"-addr", "-data", "-poll-ttl", "-allow-origin", "-log-format", "-log-level", "-version", "CAUCUS_TOKEN_KEY", "caucus count", "caucus load"} {
		if !strings.Contains(out.String(), word) {
			t.Errorf("%s is not in the help:\n%s", word, &out)
		}
	}
}

func TestCount(t *testing.T) {
	var out bytes.Buffer
	election := strings.NewReader("2 1\n3 1 2 0\n1 2 0\n0\n\"Ada\"\n\"Bo\"\n\"Council\"\n")
	if err := run(t.Context(), []string{"count", "-"}, env(), election, &out, io.Discard); err != nil || !strings.Contains(out.String(), "Ada") {
		t.Errorf("%v: %s", err, &out)
	}
	var complaint bytes.Buffer
	err := run(t.Context(), []string{"count", "-"}, env(), strings.NewReader("nonsense"), io.Discard, &complaint)
	if code, ok := errors.AsType[exitCode](err); !ok || code == 0 || complaint.Len() == 0 {
		t.Errorf("%v: %s", err, &complaint)
	}
}

func TestLogFormat(t *testing.T) {
	t.Parallel()
	for format, want := range map[string]string{"json": `{"time":`, "text": "time="} {
		p := start(t, env("CAUCUS_LOG_FORMAT", format), "-data", t.TempDir())
		p.do(http.MethodGet, "/polls/ZZZZZZ", "")
		p.end()
		if !strings.HasPrefix(p.log.String(), want) {
			t.Errorf("%s: %s", format, p.log)
		}
	}
}

// A demonstration without an address starts a server of its own, and ends it.
func TestDemo(t *testing.T) {
	t.Parallel()
	says := command(t, env(), nil, "demo", "-people", "3", "-length", "300ms", "-addr", "127.0.0.1:0")
	link := regexp.MustCompile(`http://\S+/p/\w{6}\n`).FindString(says)
	if link == "" || !strings.Contains(says, "the vote is closed") {
		t.Fatal(says)
	}
	if res, err := http.Get(strings.TrimSpace(link)); err == nil { //nolint:noctx // a test's
		_ = res.Body.Close()
		t.Errorf("%s is still there", link)
	}
}
