package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/cmd/caucus/load"
)

// patience is how long a phase of a play may take, and anything else that a test here
// waits for.
const patience = 40 * time.Second

// startProcess starts this program in a process of its own.
func startProcess(tb testing.TB, data string, stderr io.Writer, args ...string) (*load.Process, error) {
	tb.Helper()
	return load.StartProcess(context.WithoutCancel(tb.Context()), os.Args[0], data, stderr, args...)
}

// While people vote, lose connections and come back, the server is killed, or ends
// in good order, again and again. What was acknowledged is counted, once; everybody
// returns and sees the same, also where they come in a few at a time. (make
// crash does so a hundred times.)
func TestInterruptions(t *testing.T) {
	for name, c := range map[string]struct {
		signal syscall.Signal
		times  int
		slow   int
		args   []string
	}{
		"killed":  {syscall.SIGKILL, 5, 2, nil},
		"drained": {syscall.SIGTERM, 2, 0, nil},
		"crowded": {syscall.SIGKILL, 1, 0, []string{"-max-arriving", "2"}},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			p, err := startProcess(t, t.TempDir(), &log, c.args...)
			if err != nil {
				t.Fatalf("%v\n%s", err, &log)
			}
			report, err := load.Run(t.Context(), load.Options{
				URLs: []string{p.URL()}, People: 40, Ballots: 100, Reconnects: 5, Slow: c.slow, RetryDelay: 50 * time.Millisecond, Patience: patience,
				Interrupt: p.Interruptions(c.times, c.signal),
			})
			if ended := p.End(syscall.SIGTERM); ended != nil {
				t.Errorf("%v\n%s", ended, &log)
			}
			if err != nil || !report.OK() {
				t.Fatalf("%v; %v\n%s", err, report.Failures, &log)
			}
			if report.Lost < int64(c.times) || report.States != 40 || report.Counted != 40-c.slow {
				t.Errorf("%+v", report)
			}
		})
	}
}

// When the disk is full nothing is acknowledged, and nothing that was is lost. Once
// there is room again, everything goes on. The disk is a limit on the size of files:
// the server is started again with one that is near, and then without.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	data, limit, program := filepath.Join(dir, "data"), filepath.Join(dir, "limit"), filepath.Join(dir, "caucus")
	script := fmt.Sprintf("#!/bin/sh\nif [ -e %[1]q ]; then ulimit -f $(cat %[1]q); fi\nexec %[2]q \"$@\"\n", limit, os.Args[0])
	if err := os.WriteFile(program, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	p, err := load.StartProcess(context.WithoutCancel(t.Context()), program, data, &log)
	if err != nil {
		t.Fatalf("%v\n%s", err, &log)
	}
	report, err := load.Run(t.Context(), load.Options{
		URLs: []string{p.URL()}, People: 60, Ballots: 200, RetryDelay: 50 * time.Millisecond, Patience: patience,
		Interrupt: func(ctx context.Context) error {
			alive := context.WithoutCancel(ctx) // the server, after the interruption
			if err := errors.Join(limitFiles(limit, data), p.Restart(alive, syscall.SIGTERM)); err != nil {
				return err
			}
			if err := awaitUnready(ctx, p.URL(), "The server cannot save anything just now"); err != nil {
				return err
			}
			return errors.Join(os.Remove(limit), p.Restart(alive, syscall.SIGTERM))
		},
	})
	if ended := p.End(syscall.SIGTERM); ended != nil {
		t.Errorf("%v\n%s", ended, &log)
	}
	if err != nil || !report.OK() || report.Repeated == 0 || report.Counted != 60 {
		t.Fatalf("%v; %+v\n%.2000s", err, report, &log)
	}
}

// limitFiles writes, for ulimit, a size that no file in data has yet, but the
// write-ahead log will soon have.
func limitFiles(name, data string) error {
	const block, room = 512, 128 << 10
	largest := int64(room)
	entries, err := os.ReadDir(data)
	for _, e := range entries {
		info, failed := e.Info()
		if err = errors.Join(err, failed); failed == nil {
			largest = max(largest, info.Size())
		}
	}
	return errors.Join(err, os.WriteFile(name, fmt.Append(nil, (largest+room)/block), 0o600))
}

// awaitUnready waits until a server says why it is not ready.
func awaitUnready(ctx context.Context, url, why string) error {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("the server never said: %s", why))
	defer cancel()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	defer http.DefaultClient.CloseIdleConnections()
	for {
		text, err := fetch(ctx, url+"/readyz")
		if err != nil || bytes.Contains(text, []byte(why)) {
			return err
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func fetch(ctx context.Context, url string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	return io.ReadAll(res.Body)
}

// Whatever bytes of the data are changed, or cut off, a poll that is served is the
// one that was counted; otherwise the server says what it cannot read.
func TestDamagedDataAreNeverServed(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	code, export := playedPoll(t, data)
	random := rand.New(rand.NewPCG(1, 2))
	served, refused := 0, 0
	for i := range 12 {
		copied := t.TempDir()
		if err := os.CopyFS(copied, os.DirFS(data)); err != nil {
			t.Fatal(err)
		}
		damage(t, filepath.Join(copied, "ledger.db"), i%3 == 0, random)
		var log bytes.Buffer
		p, err := startProcess(t, copied, &log)
		if err != nil {
			refused++
			if !strings.Contains(log.String(), "caucus: ") {
				t.Errorf("the program did not say why it ended: %s", &log)
			}
			continue
		}
		got, status := fetchExport(t, p.URL(), code)
		switch status {
		case http.StatusOK:
			served++
			if diff := cmp.Diff(export, got); diff != "" {
				t.Errorf("a poll that is another one was served: %s", diff)
			}
		case http.StatusInternalServerError, http.StatusNotFound:
			refused++
		default:
			t.Errorf("status %d", status)
		}
		if err := p.End(syscall.SIGTERM); err != nil {
			t.Logf("the end: %v", err) // perhaps what is damaged is what it ends with
		}
		if status != http.StatusOK && log.Len() == 0 {
			t.Error("the log does not say what cannot be read")
		}
	}
	if refused == 0 {
		t.Errorf("%d were served and none refused: the damage was none", served)
	}
}

// playedPoll has a whole poll in a data directory.
func playedPoll(t *testing.T, data string) (code string, export any) {
	t.Helper()
	p, err := startProcess(t, data, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	report, err := load.Run(t.Context(), load.Options{URLs: []string{p.URL()}, People: 60, Method: "irv", Patience: patience})
	if err != nil || !report.OK() {
		t.Fatal(err, report.Failures)
	}
	code = report.PollIDs[0]
	export, _ = fetchExport(t, p.URL(), code)
	if err := p.End(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	return code, export
}

func fetchExport(t *testing.T, url, code string) (export any, status int) {
	t.Helper()
	status, body := get(t, url+"/polls/"+code+"/export.json")
	if status == http.StatusOK {
		if err := json.Unmarshal(body, &export); err != nil {
			t.Fatal(err)
		}
	}
	return export, status
}

func get(tb testing.TB, url string) (status int, body []byte) {
	tb.Helper()
	req, err := http.NewRequestWithContext(tb.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		tb.Fatal(err)
	}
	req.Close = true
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		tb.Fatal(err)
	}
	defer res.Body.Close()
	if body, err = io.ReadAll(res.Body); err != nil {
		tb.Fatal(err)
	}
	return res.StatusCode, body
}

// damage cuts a file short, or changes some bits of it.
func damage(t *testing.T, name string, cut bool, random *rand.Rand) {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if cut {
		content = content[:random.IntN(len(content))]
	} else {
		for range 20 {
			content[random.IntN(len(content))] ^= 1 << random.IntN(8)
		}
	}
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
}
