package httpd_test

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/httpd"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
	"github.com/caucus-live/caucus/internal/wire/event"
)

// commands are the events that change a poll.
var commands = []string{
	string(event.Nominate), string(event.RemoveNomination), string(event.RemoveParticipant), string(event.MakeAdmin),
	string(event.ApproveNominations), string(event.EditNomination), string(event.MergeNominations), string(event.UnmergeNomination),
	string(event.OrderNominations), string(event.LockNominations), string(event.EditPoll), string(event.AddHost),
	string(event.RemoveParticipants), string(event.LockRoom), string(event.Spectate), string(event.SetTimer), string(event.ReopenVote),
	string(event.RemoveHost),
	string(event.StartVote), string(event.SubmitRankings), string(event.ClosePoll), string(event.RevealResult), string(event.PlayResult),
	string(event.CancelPoll), string(event.Leave),
}

// A whole poll by events that are not acknowledged, as the original client plays it.
func TestCommandsWithoutAcknowledgement(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		ann := h.create("Ann", func(c *wire.CreatePoll) { c.VotesPerVoter = 2 })
		bob, eve := h.join(ann.PollID, "Bob"), h.join(ann.PollID, "Eve")
		a, b, e := h.base(ann), h.base(bob), h.base(eve)
		see := func() *poll.Base {
			t.Helper()
			settle(time.Second)
			return last(b, event.PollUpdated)
		}
		for _, text := range []string{"One", "Two", "Three"} {
			b.emit("nominate", fmt.Sprintf(`{"text":%q}`, text))
		}
		ids := map[string]poll.NominationID{}
		for _, n := range see().Nominations {
			ids[n.Text] = n.ID
		}
		if len(ids) != 3 {
			t.Fatalf("nominations %v", ids)
		}
		b.emit("remove_nomination", fmt.Sprintf(`{"id":%q}`, ids["Three"]))
		if n := see().Nominations; len(n) != 2 {
			t.Errorf("nominations %v", n)
		}
		a.emit("remove_participant", fmt.Sprintf(`{"id":%q}`, userOf(t, eve)))
		if p := see().Participants; len(p) != 2 || !e.isOut() {
			t.Errorf("participants %v; the removed one is out: %v", p, e.isOut())
		}
		a.emit("start_vote", "")
		if !see().HasStarted {
			t.Error("the vote has not started")
		}
		b.emit("submit_rankings", fmt.Sprintf(`{"rankings":[%q,%q]}`, ids["Two"], ids["One"]))
		if r := see().Rankings; len(r) != 1 {
			t.Errorf("rankings %v", r)
		}
		a.emit("close_poll", "")
		want := []poll.BaseResult{{NominationID: ids["Two"], NominationText: "Two", Score: 1}, {NominationID: ids["One"], NominationText: "One", Score: 0.5625}}
		if diff := cmp.Diff(want, see().Results); diff != "" {
			t.Error(diff)
		}
		a.emit("cancel_poll", "")
		settle(time.Second)
		for _, c := range []*client{a, b} {
			if len(events(c, event.PollCancelled)) != 1 || !c.isOut() {
				t.Error("not told of the cancellation")
			}
			if end := last(c, event.PollUpdated); len(end.Participants) > 0 || end.ID != ann.PollID {
				t.Errorf("the last view has the participants %v", end.Participants)
			}
			if got := events(c, event.Exception); len(got) > 0 {
				t.Errorf("exceptions %v", got)
			}
		}
	})
}

// Each command with an acknowledgement is answered by it, once, and by it alone.
func TestCommandsWithAcknowledgement(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		ann := h.create("Ann")
		bob, eve := h.join(ann.PollID, "Bob"), h.join(ann.PollID, "Eve")
		a, b := h.patches(ann), h.patches(bob)
		h.patches(eve)
		var version uint64
		must := func(c *client, event, payload string) wire.Answer {
			t.Helper()
			answer := c.must(event, payload)
			if answer.Version <= version {
				t.Errorf("%s: version %d after %d", event, answer.Version, version)
			}
			version = answer.Version
			return answer
		}
		one := must(a, "nominate", `{"text":"One"}`)
		two := must(b, "nominate", `{"text":"Two"}`)
		must(b, "nominate", `{"text":"Three"}`)
		if one.Nomination == "" || two.Nomination == "" || one.Receipt != "" {
			t.Errorf("%+v %+v", one, two)
		}
		must(a, "remove_nomination", fmt.Sprintf(`{"id":%q}`, two.Nomination))
		must(a, "remove_participant", fmt.Sprintf(`{"id":%q}`, userOf(t, eve)))
		must(a, "make_admin", fmt.Sprintf(`{"id":%q}`, userOf(t, bob)))
		must(b, "make_admin", fmt.Sprintf(`{"id":%q}`, userOf(t, ann)))
		must(a, "start_vote", "")
		cast := must(b, "submit_rankings", fmt.Sprintf(`{"rankings":[%q]}`, one.Nomination))
		if len(cast.Receipt) < 26 || cast.Nomination != "" {
			t.Errorf("%+v", cast)
		}
		must(a, "close_poll", "")
		must(a, "cancel_poll", "")
		for _, c := range []*client{a, b} {
			if got := events(c, event.Exception); len(got) > 0 {
				t.Errorf("exceptions %v", got)
			}
			seen := map[string]bool{}
			for _, m := range c.messages() {
				if id, _, ok := strings.Cut(m, "["); ok && strings.HasPrefix(m, "3/polls,") {
					if seen[id] {
						t.Errorf("answered twice: %s", m)
					}
					seen[id] = true
				}
			}
		}
	})
}

// A refusal has a stable code and a sentence: in the answer where one was asked
// for, else in an exception for the sender alone.
func TestRefusals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, func(o *httpd.Options) { o.Commands = httpd.Unlimited })
		ann := h.create("Ann", func(c *wire.CreatePoll) { c.NominationsPerVoter = 2 })
		bob := h.join(ann.PollID, "Bob")
		a, b := h.base(ann), h.base(bob)
		first := a.must("nominate", `{"text":"Crème brûlée"}`).Nomination
		id := fmt.Sprintf(`{"id":%q}`, first)
		refused := func(c *client, event, payload, code, exception string) wire.Answer {
			t.Helper()
			mine, others := exceptionsOf(c), exceptionsOf(a)+exceptionsOf(b)
			answer := c.command(event, payload)
			if answer.OK || answer.Error == nil || answer.Error.Code != code || answer.Error.Reason == "" || !strings.Contains(answer.Error.Message, " ") {
				t.Errorf("%s %s: %+v, want %s", event, payload, answer.Error, code)
			}
			if exceptionsOf(a)+exceptionsOf(b) != others {
				t.Errorf("%s %s: an exception beside the answer", event, payload)
			}
			c.emit(event, payload)
			if exceptionsOf(c) != mine+1 || exceptionsOf(a)+exceptionsOf(b) != others+1 {
				t.Errorf("%s %s: %d and %d exceptions", event, payload, exceptionsOf(c), exceptionsOf(a)+exceptionsOf(b))
			} else if got := lastException(c); got.Type != exception || !strings.Contains(got.Message, " ") {
				t.Errorf("%s %s: %+v, want %s", event, payload, got, exception)
			}
			return answer
		}
		for _, admin := range []string{"start_vote", "close_poll", "cancel_poll"} {
			refused(b, admin, "", "unauthorized", "Unauthorized")
		}
		for _, admin := range []string{"remove_participant", "make_admin"} {
			refused(b, admin, fmt.Sprintf(`{"id":%q}`, userOf(t, ann)), "unauthorized", "Unauthorized")
		}
		refused(b, "remove_nomination", id, "unauthorized", "Unauthorized")
		refused(a, "remove_nomination", `{"id":"nothing"}`, "not_found", "BadRequest")
		refused(a, "remove_participant", `{"id":"nobody"}`, "not_found", "BadRequest")
		refused(a, "start_vote", "", "bad_request", "BadRequest")
		refused(a, "close_poll", "", "wrong_phase", "BadRequest")
		refused(b, "submit_rankings", `{"rankings":[]}`, "wrong_phase", "BadRequest")
		if dup := refused(b, "nominate", `{"text":" CREME  brulee"}`, "duplicate", "BadRequest"); dup.Error.Existing != first {
			t.Errorf("existing %q, want %q", dup.Error.Existing, first)
		}
		a.must("nominate", `{"text":"Two"}`)
		refused(a, "nominate", `{"text":"Three"}`, "limit", "BadRequest")
		refused(a, "dance", `{"a":1}`, "bad_request", "BadRequest")
		b.must("nominate", `{"text":"Three"}`)
		a.must("start_vote", "")
		refused(a, "nominate", `{"text":"Late"}`, "wrong_phase", "BadRequest")
		refused(b, "submit_rankings", `{"rankings":["nothing"]}`, "not_found", "BadRequest")
		refused(b, "submit_rankings", fmt.Sprintf(`{"rankings":[%q,%q]}`, first, first), "bad_request", "BadRequest")
	})
}

func exceptionsOf(c *client) int             { return len(events(c, event.Exception)) }
func lastException(c *client) wire.Exception { return last(c, event.Exception) }

// What is not what an event takes is refused as such, and nothing worse happens.
func TestPayloadsOfTheWrongShape(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, func(o *httpd.Options) { o.Commands = httpd.Unlimited })
		p := h.play("Ann", "Bob")
		deep := strings.Repeat(`{"id":`, 200) + "1" + strings.Repeat("}", 200)
		anywhere := []string{`7`, `"text"`, `[]`, `[1,2]`, `true`, `{"commandID":7}`, `{"commandID":"` + strings.Repeat("c", 65) + `"}`}
		for name, payloads := range map[string][]string{
			"nominate":            {"", "null", "{}", `{"text":7}`, `{"text":null}`, `{"text":["a"]}`, `{"text":" \u200b"}`, `{"text":"` + strings.Repeat("x", 60_000) + `"}`},
			"remove_nomination":   {"", "null", "{}", `{"id":7}`, `{"id":""}`, deep},
			"remove_participant":  {"", "null", "{}", `{"id":{}}`, deep},
			"make_admin":          {"", "null", "{}", `{"id":[]}`},
			"add_host":            {"", "null", "{}", `{"id":[]}`},
			"remove_host":         {"", "null", "{}", `{"id":[]}`},
			"remove_participants": {`{"since":"soon"}`, `{"matching":7}`},
			"set_timer":           {`{"seconds":"x"}`, `{"extend":1}`},
			"edit_nomination":     {"", "null", "{}", `{"id":"x","text":7}`, `{"id":"x","text":"x","link":"javascript:alert(1)"}`},
			"unmerge_nomination":  {"", "null", "{}", `{"id":7}`},
			"edit_poll":           {`{"topic":" "}`, `{"seats":"x"}`, `{"closesAt":"soon"}`, `{"reveal":1}`},
			"submit_rankings": {
				"", "null", "{}", `{"rankings":null}`, `{"rankings":"x"}`, `{"rankings":{}}`, `{"rankings":[1]}`, `{"rankings":[["x"]]}`,
				`{"rankings":[` + strings.Repeat(`"x",`, 9999) + `"x"]}`,
			},
			"play_result": {`{"step":"x"}`, `{"playing":1}`, `{"speed":"fast"}`, `{"step":1.5}`},
			"start_vote":  nil, "reveal_result": nil, "close_poll": nil, "cancel_poll": nil, "leave": nil,
		} {
			for _, payload := range append(payloads, anywhere...) {
				answer := p.ann.command(name, payload)
				if answer.OK || answer.Error.Code != "bad_request" {
					t.Errorf("%s %.80s: %+v", name, payload, answer)
				}
				before := exceptionsOf(p.bob)
				p.bob.emit(name, payload)
				if exceptionsOf(p.bob) != before+1 || lastException(p.bob).Type != "BadRequest" {
					t.Errorf("%s %.80s: %d exceptions", name, payload, exceptionsOf(p.bob)-before)
				}
			}
		}
		p.ann.must("submit_rankings", p.ballot(0))
		p.ann.must("close_poll", "null")
	})
}

// More arguments than an event takes are ignored, whatever they are.
func TestMoreArguments(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		h.patches(h.create("Ann")).must("nominate", `{"text":"One","more":[1]},null,"x",{"y":2}`)
	})
}

// The same id from the same person is applied once, and answered the same way.
func TestCommandIDs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		ann := h.create("Ann")
		bob := h.join(ann.PollID, "Bob")
		a, b := h.patches(ann), h.patches(bob)
		first := a.must("nominate", `{"text":"One","commandID":"c1"}`)
		if diff := cmp.Diff(first, a.command("nominate", `{"text":"One","commandID":"c1"}`)); diff != "" {
			t.Error(diff)
		}
		refused := a.command("nominate", `{"text":"one","commandID":"c2"}`)
		a.must("remove_nomination", fmt.Sprintf(`{"id":%q}`, first.Nomination))
		if diff := cmp.Diff(refused, a.command("nominate", `{"text":"one","commandID":"c2"}`)); diff != "" {
			t.Error("the refused one:", diff)
		}
		if again := b.must("nominate", `{"text":"One","commandID":"c1"}`); again.Nomination == first.Nomination {
			t.Error("an id of somebody else's counts")
		}
	})
}

// The constants of package event are what the handlers are registered for.
func TestEveryEventHasAHandler(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		c := h.patches(h.create("Ann"))
		for _, name := range append(commands, string(event.PollSync), string(event.Roster), string(event.Present), string(event.DeviceCode)) {
			if data := string(c.call(name, `{"id":"x"}`)); strings.Contains(data, "no event of this name") || data == "" {
				t.Errorf("%s: %s", name, data)
			}
			if name == string(event.CancelPoll) {
				c = h.patches(h.create("Ann"))
			}
		}
	})
}

func TestTheGuideForClientsNamesAllOfTheContract(t *testing.T) {
	guide, err := os.ReadFile("../../docs/clients.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Concat(commands, []string{
		string(event.PollSync), string(event.Roster), string(event.Present), string(event.DeviceCode),
		string(event.PollState), string(event.PollPatch), string(event.Me), string(event.PollEnded),
		string(event.PollUpdated), string(event.PollCancelled), string(event.Exception),
		event.Forbidden, event.NotFound,
		string(poll.BadRequest), string(poll.Unauthorized), string(poll.NotFound), string(poll.WrongPhase), string(poll.Duplicate),
		string(poll.Limit), wire.CodeRateLimited, wire.CodeInternal,
		string(wire.EndCancelled), string(wire.EndExpired), string(wire.EndRemoved), string(wire.EndLeft),
	}) {
		if !regexp.MustCompile("`" + name + `\b`).Match(guide) {
			t.Errorf("%s is not in it", name)
		}
	}
}

// Bytes are not text.
func TestBinaryAttachments(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		c := h.patches(h.create("Ann"))
		c.send(`451-/polls,1["nominate",{"text":{"_placeholder":true,"num":0}}]`)
		c.sendBinary([]byte("bytes"))
		synctest.Wait()
		var answer wire.Answer
		if err := json.Unmarshal(c.answer[1], &answer); err != nil || answer.OK || answer.Error.Code != "bad_request" {
			t.Errorf("%v %+v", err, answer)
		}
		if c.isOut() {
			t.Error("the client is out")
		}
	})
}
