package httpd_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/httpd"
	"github.com/caucus-live/caucus/internal/ledger/memory"
	"github.com/caucus-live/caucus/internal/wire"
)

// Where turnout is not shown, all that anybody but the voter is sent or can ask for is the
// same with ballots and without, byte for byte, and comes at the same times.
func TestNobodyLearnsWhoVotesWhileTurnoutIsHidden(t *testing.T) {
	mustNotShowBallots(t, 20, observed)
}

// mustNotShowBallots fails if what a play returns differs with and without ballots, or is less than least.
func mustNotShowBallots(t *testing.T, least int, play func(t *testing.T, servers func(*testing.T) (here, there *house), ballots bool) []string) {
	t.Helper()
	for name, servers := range map[string]func(*testing.T) (here, there *house){
		"one server":  openOne,
		"two servers": openTwo, // people vote at one, and look from both
	} {
		t.Run(name, func(t *testing.T) {
			with, without := play(t, servers, true), play(t, servers, false)
			for _, seen := range [][]string{with, without} {
				slices.Sort(seen) // what comes at one time has no order: an answer and a patch leave by different goroutines
			}
			if diff := cmp.Diff(without, with); diff != "" {
				t.Errorf("a ballot shows (- without, + with it):\n%s", diff)
			}
			if len(with) < least {
				t.Errorf("only %d things were observed", len(with))
			}
		})
	}
}

// observed plays a poll in which two people vote, or do not, and returns all that others
// were sent, asked for and got, in its order and with its times: while they vote, after the close,
// once it is reopened, and when those who voted are removed.
func observed(t *testing.T, servers func(*testing.T) (here, there *house), ballots bool) (seen []string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h, there := servers(t)
		hidden := false
		ann := h.create("Ann", func(c *wire.CreatePoll) { c.ShowTurnout, c.Reveal = &hidden, true })
		bob, eve, joe, kim := h.join(ann.PollID, "Bob"), h.join(ann.PollID, "Eve"), h.join(ann.PollID, "Joe"), h.join(ann.PollID, "Kim")
		a, b := h.patches(ann), there.patches(bob)
		e, j := h.base(eve), there.base(joe)
		k, screen := there.base(kim), there.screen(a)
		names := map[string]string{ann.PollID: "CODE"}
		for name, who := range map[string]wire.Joined{"Ann": ann, "Bob": bob, "Eve": eve, "Joe": joe, "Kim": kim} {
			names[string(userOf(t, who))] = name
		}
		var options []string
		for _, text := range []string{"Ramen", "Tacos", "Pizza"} {
			id := string(a.must("nominate", fmt.Sprintf(`{"text":%q}`, text)).Nomination)
			names[id], options = text, append(options, id)
		}
		a.must("start_vote", "")
		start := time.Now()
		note := func(what string, data []byte) {
			seen = append(seen, fmt.Sprint(time.Since(start), " ", what, " ", normal(t, names, data)))
		}
		sent := map[*client]int{}
		look := func() {
			for i, c := range []*client{a, e, k, screen} {
				messages := c.messages()
				for _, m := range messages[sent[c]:] {
					if start := strings.IndexByte(m, '['); start >= 0 {
						note(fmt.Sprint("client ", i, " is sent ")+regexp.MustCompile(`\d+`).ReplaceAllString(m[:start], "#"), []byte(m[start:]))
					}
				}
				sent[c] = len(messages)
			}
		}
		vote := func(c *client, options ...string) {
			if ballots {
				data, _ := json.Marshal(options)
				c.must("submit_rankings", fmt.Sprintf(`{"rankings":%s}`, data))
			}
		}
		ask := func(h *house, where string) {
			for _, path := range []string{"", "/results", "/export.json", "/export.csv", "/export.blt"} {
				res := h.get("/polls/" + ann.PollID + path)
				res.Header.Del("X-Request-Id") // drawn
				header, _ := json.Marshal(res.Header)
				note(fmt.Sprint("GET ", path, " ", where, " ", res.StatusCode), header)
				note(fmt.Sprint("GET ", path, " ", where), res.body)
			}
			note("rejoin "+where, h.post("/polls/rejoin", wire.RejoinPoll{AccessToken: eve.AccessToken}).body)
		}
		look()
		seen = nil // the start
		for round := range 5 {
			vote(b, options[round%3])
			vote(j, options[0], options[1])
			settle(70 * time.Millisecond)
			for _, c := range []*client{a, e, screen} {
				note("sync", c.call("poll_sync", ""))
				note("roster", c.call("roster", ""))
				note("refused", c.call("nominate", `{"text":"Late"}`))
			}
			ask(h, "here")
			ask(there, "there")
			vote(b, options[1])
			switch round {
			case 1:
				note("leave", k.call("leave", "")) // stays on the list
			case 2:
				note("timer", a.call("set_timer", `{"seconds":600}`))
			case 3:
				note("close", a.call("close_poll", ""))
				ask(h, "before the result")
				note("beyond", a.call("play_result", `{"step":9}`))
				note("reopen", a.call("reopen_vote", ""))
			case 4:
				note("remove", a.call("remove_participant", fmt.Sprintf(`{"id":%q}`, userOf(t, bob))))
				note("remove all", a.call("remove_participants", `{"matching":"Joe"}`))
				note("close", a.call("close_poll", ""))
				ask(there, "before the result")
			}
			for range 20 {
				settle(50 * time.Millisecond)
				look()
			}
		}
	})
	return seen
}

// openOne opens a server.
func openOne(t *testing.T) (here, there *house) {
	t.Helper()
	h := open(t)
	return h, h
}

// openTwo opens two servers of a cluster.
func openTwo(t *testing.T) (here, there *house) {
	t.Helper()
	l, both := new(memory.Ledger), new(line)
	here = openOn(t, l, func(o *httpd.Options) { o.Live.Cluster = end{both, "here"} })
	return here, openOn(t, l.Another(), func(o *httpd.Options) { o.Live.Cluster = end{both, "there"} })
}

// A line joins the servers of a cluster. An end of it is a [live.Cluster]. What is sent takes a
// moment, so that it comes behind what the log has by then, and not before it or behind it by chance.
type line struct {
	mu        sync.Mutex // guards the fields below
	receivers map[*receiver]bool
	under     []func() // on its way, in order
}

// arrive has what is under way heard.
func (l *line) arrive() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, hear := range l.under {
		hear()
	}
	l.under = nil
}

type receiver struct {
	server, poll string
	hear         func(server string, data []byte)
}

type end struct {
	*line
	server string
}

func (e end) Send(pollID string, data []byte) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.under) == 0 {
		time.AfterFunc(time.Millisecond, e.arrive)
	}
	e.under = append(e.under, func() {
		for r := range e.receivers {
			if r.poll == pollID && r.server != e.server {
				r.hear(e.server, data)
			}
		}
	})
}

func (e end) Receive(pollID string, f func(server string, data []byte)) (stop func(), err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.receivers == nil {
		e.receivers = map[*receiver]bool{}
	}
	r := &receiver{e.server, pollID, f}
	e.receivers[r] = true
	return func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		delete(e.receivers, r)
	}, nil
}

// normal writes JSON with names in place of what was drawn.
func normal(t *testing.T, names map[string]string, data []byte) string {
	t.Helper()
	text := string(data)
	for id, name := range names {
		text = strings.ReplaceAll(text, id, name)
	}
	text = regexp.MustCompile(`"(commitment|seedCommitment)":"[0-9a-f]{64}"`).ReplaceAllString(text, `"$1":"HASH"`)
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	sorted, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(sorted)
}
