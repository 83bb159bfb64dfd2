package transcripts_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/caucus-live/caucus/socketio/pipetest"
)

// TestTranscripts plays every transcript in memory, where time is the test's own.
func TestTranscripts(t *testing.T) {
	for _, x := range exchanges(t) {
		t.Run(x.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				t.Cleanup(func() { <-time.After(time.Second) }) // for net/http, which closes some connections slowly
				listener := pipetest.Listen()
				p := newPlayer(t, x, listener, listener.Dial)
				p.bubble = true
				p.play(x.steps)
			})
		})
	}
}

// TestTranscriptsOverTCP plays those transcripts over real sockets that do not
// depend on when something happens.
func TestTranscriptsOverTCP(t *testing.T) {
	for _, x := range exchanges(t) {
		if x.depends() {
			continue
		}
		t.Run(x.name, func(t *testing.T) {
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			dial := func() (net.Conn, error) { return net.Dial("tcp", listener.Addr().String()) }
			newPlayer(t, x, listener, dial).play(x.steps)
		})
	}
}

// An exchange is what passes between one server and its clients.
type exchange struct {
	name     string // its file's and its own
	protocol string // its folder
	settings settings
	steps    []step
}

// Settings are what a file may change of its server.
type settings struct {
	DisableUpgrades bool
	MaxPayload      int
	OriginPatterns  []string
	Recovery        bool
}

// A step is one line of an exchange.
type step struct {
	line int           // in its section
	wait time.Duration // if it lets time pass; else:
	conn string
	sent bool // by the client
	text string
}

func exchanges(t *testing.T) (all []exchange) {
	t.Helper()
	files, err := filepath.Glob("*/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, file := range files {
		of, err := parse(file)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all = append(all, of...)
	}
	return all
}

func parse(file string) (all []exchange, err error) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		return nil, err
	}
	if len(bytes.TrimSpace(archive.Comment)) == 0 {
		return nil, errors.New("it does not say which rule it shows")
	}
	name := strings.TrimSuffix(filepath.ToSlash(file), ".txtar")
	protocol, _, _ := strings.Cut(name, "/")
	var server settings
	for _, section := range archive.Files {
		if section.Name == "server" {
			decoder := json.NewDecoder(bytes.NewReader(section.Data))
			decoder.DisallowUnknownFields()
			if err := decoder.Decode(&server); err != nil {
				return nil, fmt.Errorf("server: %w", err)
			}
			continue
		}
		steps, err := parseSteps(string(section.Data))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", section.Name, err)
		}
		all = append(all, exchange{name + "/" + section.Name, protocol, server, steps})
	}
	return all, nil
}

var line = regexp.MustCompile(`^(\w+) +([<>])(?: (.*))?$`)

func parseSteps(text string) (steps []step, err error) {
	n := 0
	for raw := range strings.Lines(text) {
		n++
		raw = strings.TrimSuffix(raw, "\n")
		s := step{line: n}
		if comment := strings.HasPrefix(raw, "#"); comment || raw == "" {
			continue
		}
		if duration, ok := strings.CutPrefix(raw, "+"); ok {
			if s.wait, err = time.ParseDuration(duration); err != nil {
				return nil, fmt.Errorf("line %d: %w", n, err)
			}
		} else if m := line.FindStringSubmatch(raw); m != nil {
			s.conn, s.sent, s.text = m[1], m[2] == ">", m[3]
		} else {
			return nil, fmt.Errorf("line %d is not a step: %s", n, raw)
		}
		steps = append(steps, s)
	}
	return steps, nil
}

// depends reports whether the outcome depends on time, or on what arrives first
// over several connections: whether somebody goes on before the server has
// answered what was sent last. It says 101 before it begins to use a WebSocket.
func (x exchange) depends() bool {
	for i, s := range x.steps {
		turns := i+1 == len(x.steps) || x.steps[i+1].conn != s.conn
		if s.wait > 0 || turns && (s.sent || s.text == "101") {
			return true
		}
	}
	return false
}
