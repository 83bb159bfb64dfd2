package load_test

import (
	"bytes"
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/caucus-live/caucus/cmd/caucus/load"
)

// Everybody joins and votes, options are nominated, and the poll is closed; it says where.
func TestDemo(t *testing.T) {
	var out bytes.Buffer
	url := serve(t, nil)
	if err := load.Demo(t.Context(), load.DemoOptions{URL: url, People: 45, Length: time.Second}, &out); err != nil {
		t.Fatal(err)
	}
	code := regexp.MustCompile(`(?m)^    ` + url + `/p/([0-9A-Z]{6})$`).FindStringSubmatch(out.String())
	if code == nil || !strings.Contains(out.String(), "Where shall we have lunch?: ") {
		t.Fatal(&out)
	}
	res, err := http.Get(url + "/polls/" + code[1]) //nolint:noctx // a test's
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var summary bytes.Buffer
	if _, err := summary.ReadFrom(res.Body); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"phase":"closed"`, `"participantCount":45`, `"ballotCount":45`} {
		if !strings.Contains(summary.String(), want) {
			t.Errorf("%s is not in %s", want, &summary)
		}
	}
	http.DefaultClient.CloseIdleConnections()
}

// A phone is invited, with a QR code, where it can come.
func TestDemoInvitesPhones(t *testing.T) {
	for host, phones := range map[string]bool{"192.0.2.7:3000": true, "polls.example": true, "127.0.0.1:3000": false, "localhost:3000": false, "[::1]:3000": false} {
		url := serve(t, func(h http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				r.Host = host
				h.ServeHTTP(w, r)
			})
		})
		var out bytes.Buffer
		if err := load.Demo(t.Context(), load.DemoOptions{URL: url, People: 2, Length: time.Millisecond}, &out); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), "http://"+host+"/p/") || strings.Contains(out.String(), "on a phone too") != phones ||
			strings.Contains(out.String(), " ▄▄▄▄▄ ") != phones || strings.Contains(out.String(), "A phone cannot: ") == phones {
			t.Errorf("%s: %s", host, &out)
		}
	}
}

// Load and demonstrations also find a server below a path.
func TestDemoBelowAPath(t *testing.T) {
	url := serve(t, func(h http.Handler) http.Handler { return http.StripPrefix("/vote", h) })
	if err := load.Demo(t.Context(), load.DemoOptions{URL: url + "/vote/", People: 2, Length: 100 * time.Millisecond}, new(bytes.Buffer)); err != nil {
		t.Error(err)
	}
}

// Stopping a demonstration early is not a failure.
func TestDemoIsEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var complaint bytes.Buffer
	out := lineWriter(func(line string) {
		if strings.Contains(line, "come in") {
			cancel()
		}
	})
	if code := load.MainDemo(ctx, []string{"-length", "30s", serve(t, nil)}, out, &complaint); code != 0 || complaint.Len() > 0 {
		t.Errorf("%d %s", code, &complaint)
	}
}

// A lineWriter is called with what is written.
type lineWriter func(string)

func (w lineWriter) Write(p []byte) (int, error) {
	w(string(p))
	return len(p), nil
}

func TestDemoSaysWhatIsWrong(t *testing.T) {
	for want, args := range map[string][]string{
		"takes two people":                       {"-people", "1", "http://127.0.0.1:1"},
		"an address such as":                     {"polls.example"},
		"connection refused":                     {"http://127.0.0.1:1"},
		"there is one server, not 2":             {"http://a", "http://b"},
		"caucus demo -help shows how to use it.": {"-nonsense"},
	} {
		var complaint bytes.Buffer
		if code := load.MainDemo(t.Context(), args, new(bytes.Buffer), &complaint); code == 0 || !strings.Contains(complaint.String(), want) {
			t.Errorf("%v: %d %s", args, code, &complaint)
		}
	}
}
