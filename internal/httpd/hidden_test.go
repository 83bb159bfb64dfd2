package httpd_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/internal/wire"
)

// Where turnout is not shown, every call that a host or another voter can make, and every page, file and header that
// anybody can ask for, is answered with the same bytes whether others have voted or not.
func TestNoAnswerShowsAHiddenBallot(t *testing.T) {
	mustNotShowBallots(t, 300, answered)
}

// callsWhileVoting are calls of a host and of another voter, each with what comes with it. None of them ends the poll
// or the vote. Names in capitals stand for ids.
var callsWhileVoting = map[string][]string{
	"add_host":            {`{"id":"VOTER"}`, `{"id":"OTHER"}`},
	"admit":               {`{"ids":["VOTER"]}`, `{"all":true}`},
	"approve_nominations": {`{"ids":["RAMEN"]}`},
	"device_code":         {""},
	"edit_nomination":     {`{"id":"RAMEN","text":"Soup"}`},
	"edit_poll":           {`{"showTurnout":true}`, `{"showTurnout":false}`, `{"changeableVote":false}`},
	"extend":              {`{"expiresAt":"2000-01-03T00:00:00Z"}`, `{"expiresAt":"2000-01-02T00:00:01Z"}`},
	"lock_nominations":    {`{"locked":true}`},
	"lock_room":           {`{"locked":true}`, `{"locked":false}`},
	"make_admin":          {`{"id":"OTHER"}`, `{"id":"HOST"}`},
	"merge_nominations":   {`{"ids":["RAMEN","TACOS"]}`},
	"next_poll":           {""},
	"nominate":            {`{"text":"Late"}`, `{"text":"Ramen"}`},
	"order_nominations":   {`{"by":"text"}`},
	"play_result":         {`{"step":1}`},
	"poll_sync":           {""},
	"present":             {""},
	"reject":              {`{"ids":["VOTER"]}`, `{"all":true}`},
	"remove_host":         {`{"id":"VOTER"}`, `{"id":"OTHER"}`},
	"remove_nomination":   {`{"id":"RAMEN"}`},
	"remove_participant":  {`{"id":"HOST"}`, `{"id":"NOBODY"}`},
	"remove_participants": {`{"matching":"Nobody"}`, `{"since":"2100-01-01T00:00:00Z"}`},
	"reopen_vote":         {""},
	"reveal_result":       {""},
	"roster":              {"", `{"limit":2}`, `{"after":"OTHER"}`, `{"matching":"b"}`},
	"run_again":           {""},
	"set_timer":           {`{"seconds":900}`, `{"seconds":60,"extend":true}`, `{}`},
	"spectate":            {`{"on":false}`},
	"start_vote":          {""},
	"submit_rankings":     {`{"rankings":["TACOS"]}`, `{"rankings":[]}`, `{"rankings":["NOBODY"]}`},
	"unmerge_nomination":  {`{"id":"RAMEN"}`},
	"waiting_list":        {"", `{"limit":1}`},
	"no_such_call":        {""},
}

// lastCalls end the vote, the poll or the caller's part in it; answered makes them in its order.
var lastCalls = []string{"close_poll", "leave", "cancel_poll"}

func TestHiddenBallotsAreSoughtByEveryCall(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../wire/event/event.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	calls := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, _ := n.(*ast.ValueSpec)
		if spec == nil {
			return true
		}
		kind, _ := spec.Type.(*ast.IndexListExpr) // events have one type, calls have two
		value, _ := spec.Values[0].(*ast.BasicLit)
		if kind == nil || value == nil {
			return false
		}
		calls++
		if name := strings.Trim(value.Value, `"`); callsWhileVoting[name] == nil && !slices.Contains(lastCalls, name) {
			t.Errorf("nothing is compared of %s", name)
		}
		return false
	})
	if calls < 30 {
		t.Errorf("found %d calls", calls)
	}
}

// An asker keeps what it was answered, with names in place of what was drawn.
type asker struct {
	t     *testing.T
	names map[string]string // what was drawn → what stands for it
	tags  map[string]int    // how many ETags each address has had
	seen  []string
}

// drawn finds what an answer has drawn for itself.
var drawn = regexp.MustCompile(`"(receipt|accessToken|code|pollID|commitment|seedCommitment|nonce)":"([^"a-z]{5,}|[\w.-]{40,})"`)

func (a *asker) note(what string, answer []byte) {
	answer = drawn.ReplaceAll(answer, []byte(`"$1":"DRAWN"`))
	if json.Valid(answer) {
		answer = []byte(normal(a.t, a.names, answer))
	}
	text := what + ": " + string(answer)
	for id, name := range a.names {
		text = strings.ReplaceAll(text, id, name)
	}
	a.seen = append(a.seen, text)
}

// get asks for an address as browsers do: for all of it, for its head, and whether it has changed.
func (a *asker) get(h *house, path string) {
	var tag string
	for _, header := range [][]string{nil, {"Accept-Encoding", "identity"}, {"If-None-Match", ""}} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			if header != nil && header[0] == "If-None-Match" {
				header[1] = tag
			}
			res := h.do(method, path, "", header...)
			res.Header.Del("X-Request-Id")
			if got := res.Header.Get("ETag"); got != "" {
				tag = got
				if id := strings.TrimSuffix(strings.Trim(got, `"`), "-gzip"); a.names[id] == "" {
					a.tags[path]++
					a.names[id] = fmt.Sprintf("TAG %d", a.tags[path])
				}
			}
			headers, _ := json.Marshal(res.Header)
			a.note(fmt.Sprintf("%s %s %v: %d", method, path, header, res.StatusCode), headers)
			if len(header) == 0 {
				a.note(method+" "+path, res.body)
			} else {
				a.note(method+" "+path, []byte(strconv.Itoa(len(res.body))))
			}
		}
	}
}

// call makes a call and notes its answer.
func (a *asker) call(who string, c *client, event, payload string) {
	for id, name := range a.names {
		payload = strings.ReplaceAll(payload, `"`+name+`"`, `"`+id+`"`)
	}
	a.note(who+" "+event+" "+payload, c.call(event, payload))
}

// answered plays a poll in which two people vote, or do not, and returns all that a host and another voter are answered.
func answered(t *testing.T, servers func(*testing.T) (here, there *house), ballots bool) (seen []string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h, there := servers(t)
		hidden := false
		host := h.create("Ann", func(c *wire.CreatePoll) { c.ShowTurnout, c.Reveal = &hidden, true })
		voter, second, other := h.join(host.PollID, "Bob"), h.join(host.PollID, "Bea"), h.join(host.PollID, "Eve")
		a, b, c, e := h.patches(host), there.patches(voter), h.base(second), there.patches(other)
		ask := &asker{t: t, tags: map[string]int{}, names: map[string]string{
			host.PollID: "POLL",
		}}
		for name, who := range map[string]wire.Joined{"HOST": host, "VOTER": voter, "SECOND": second, "OTHER": other} {
			ask.names[string(userOf(t, who))] = name
		}
		options := make([]string, 2)
		for i, text := range []string{"Ramen", "Tacos"} {
			options[i] = string(a.must("nominate", fmt.Sprintf(`{"text":%q}`, text)).Nomination)
			ask.names[options[i]] = strings.ToUpper(text)
		}
		a.must("edit_poll", `{"showTurnout":true}`)
		a.must("edit_poll", `{"showTurnout":false}`)
		a.must("start_vote", "")
		vote := func(c *client, option string) {
			if ballots {
				c.must("submit_rankings", fmt.Sprintf(`{"rankings":[%q]}`, option))
			}
		}
		pages := func() {
			for _, path := range []string{"", "/results", "/export.json", "/export.csv", "/export.blt"} {
				ask.get(h, "/polls/"+host.PollID+path)
			}
			for _, path := range []string{"/p/", "/embed/", "/present/"} {
				ask.get(there, path+host.PollID)
			}
			for _, path := range []string{"/site", "/readyz", "/healthz", "/metrics"} {
				ask.get(h, path)
			}
			ask.note("rejoin", h.post("/polls/rejoin", wire.RejoinPoll{AccessToken: other.AccessToken}).body)
		}
		for round := range 3 {
			vote(b, options[round%2])
			settle(time.Second) // a page is that old
			vote(c, options[0])
			pages()
			for _, event := range slices.Sorted(maps.Keys(callsWhileVoting)) {
				for _, payload := range callsWhileVoting[event] {
					ask.call("other", e, event, payload)
					ask.call("host", a, event, payload)
					settle(2 * time.Second) // nobody asks too fast
				}
			}
			ask.call("host", a, "close_poll", "")
			settle(time.Second)
			pages()
			for _, event := range slices.Sorted(maps.Keys(callsWhileVoting)) {
				if event == "reveal_result" || event == "play_result" || event == "run_again" {
					continue // these show the result, or need it
				}
				for _, payload := range callsWhileVoting[event] {
					ask.call("other, after the close", e, event, payload)
					settle(2 * time.Second)
				}
			}
			ask.call("host", a, "reopen_vote", "")
		}
		ask.call("other", e, "leave", "")
		ask.call("host", a, "cancel_poll", "")
		settle(time.Second)
		pages()
		seen = ask.seen
	})
	return seen
}
