package httpd_test

import (
	"fmt"
	"net/http"
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

// The faults of the original application that show on the wire, by their numbers
// in the contract. None may come back.

func TestFault01_SocketsAndTokensOfACancelledPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		ann := h.create("Ann")
		bob := h.join(ann.PollID, "Bob")
		a, b := h.patches(ann), h.base(bob)
		if got := a.must("cancel_poll", ""); got.Version == 0 {
			t.Errorf("%+v", got)
		}
		_ = b.conn.Close()
		settle(time.Second)
		if got := events(a, event.PollEnded); len(got) != 1 || got[0].Reason != wire.EndCancelled || !a.isOut() {
			t.Errorf("poll_ended %+v, out %v", got, a.isOut())
		}
		mustBeGone(t, h, bob)
		h.patches(h.create("The server lives"))
	})
}

func TestFault01_TokensOfAnExpiredPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, func(o *httpd.Options) { o.Live.PollTTL = time.Hour })
		ann := h.create("Ann")
		settle(time.Hour)
		mustBeGone(t, h, ann)
		settle(time.Hour)
		mustBeGone(t, h, ann)
		h.patches(h.create("The server lives"))
	})
}

// mustBeGone checks that a poll is gone for the holder of a token.
func mustBeGone(t *testing.T, h *house, j wire.Joined) {
	t.Helper()
	for _, auth := range []string{`{"token":%q}`, `{"token":%q,"patches":true}`} {
		if got := h.dial(fmt.Sprintf(auth, j.AccessToken)).connectError(); got != event.NotFound {
			t.Errorf("connect_error %q, want %q", got, event.NotFound)
		}
	}
	problem(t, h.post("/polls/rejoin", wire.RejoinPoll{AccessToken: j.AccessToken}), http.StatusNotFound)
	problem(t, h.post("/polls/join", wire.JoinPoll{PollID: j.PollID, Name: "Late"}), http.StatusBadRequest)
	problem(t, h.post("/polls/join", wire.JoinPoll{PollID: j.PollID, Name: "Late", Patches: true}), http.StatusNotFound)
	problem(t, h.get("/polls/"+j.PollID), http.StatusNotFound)
	problem(t, h.get("/polls/"+j.PollID+"/results"), http.StatusNotFound)
}

func TestFault02_BadBallotsAreRefusedAndThePollStillCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		ann := h.create("Ann", func(c *wire.CreatePoll) { c.VotesPerVoter = 2 })
		a, b := h.patches(ann), h.base(h.join(ann.PollID, "Bob"))
		var ids []any
		for _, text := range []string{"One", "Two", "Three", "Gone"} {
			ids = append(ids, a.must("nominate", fmt.Sprintf(`{"text":%q}`, text)).Nomination)
		}
		a.must("remove_nomination", fmt.Sprintf(`{"id":%q}`, ids[3]))
		vote := func(payload string, args ...any) string {
			t.Helper()
			answer := b.command("submit_rankings", fmt.Sprintf(payload, args...))
			if answer.OK {
				return "ok"
			}
			return answer.Error.Code
		}
		got := []string{vote(`{"rankings":[%q]}`, ids[0])} // before the start
		a.must("start_vote", "")
		for _, payload := range []string{
			`{"rankings":[%[1]q,%[1]q]}`, `{"rankings":[%[1]q,%[2]q,%[3]q]}`, `{"rankings":["%[1]sx"]}`, `{"rankings":%[1]q}`, `{"rankings":[%[4]q]}`,
		} {
			got = append(got, vote(payload, ids...))
		}
		a.must("close_poll", "")
		got = append(got, vote(`{"rankings":[%q]}`, ids[0])) // after the close
		want := []string{"wrong_phase", "bad_request", "bad_request", "not_found", "bad_request", "not_found", "wrong_phase"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestFault04_ARemovedParticipantHasNoRights(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		ann := h.create("Ann")
		bob := h.join(ann.PollID, "Bob")
		a, b, tab := h.patches(ann), h.patches(bob), h.base(bob)
		a.must("remove_participant", fmt.Sprintf(`{"id":%q}`, userOf(t, bob)))
		for name, payload := range map[string]string{"nominate": `{"text":"Revenge"}`, "poll_sync": "", "roster": "", "leave": ""} {
			if got := b.call(name, payload); got != nil {
				t.Errorf("%s is answered %s after the removal", name, got)
			}
		}
		before := len(b.messages())
		a.must("nominate", `{"text":"Behind their back"}`)
		settle(time.Second)
		if got := events(b, event.PollEnded); len(got) != 1 || got[0].Reason != wire.EndRemoved {
			t.Errorf("poll_ended %+v", got)
		}
		for _, c := range []*client{b, tab} {
			if !c.isOut() {
				t.Error("still connected")
			}
		}
		// The original client goes back to its start when it is not in the poll.
		if got := last(tab, event.PollUpdated).Participants; len(got) != 1 || len(events(tab, event.PollCancelled)) > 0 {
			t.Errorf("the base client was last sent %v", got)
		}
		for _, m := range b.messages()[before:] {
			if strings.Contains(m, "Behind their back") {
				t.Errorf("sent after the removal: %s", m)
			}
		}
		for _, auth := range []string{`{"token":%q}`, `{"token":%q,"patches":true}`} {
			if got := h.dial(fmt.Sprintf(auth, bob.AccessToken)).connectError(); got != event.Forbidden {
				t.Errorf("connect_error %q, want %q", got, event.Forbidden)
			}
		}
		problem(t, h.post("/polls/rejoin", wire.RejoinPoll{AccessToken: bob.AccessToken}), http.StatusForbidden)
	})
}

func TestFault05_TwoTabsAndAChangingNetwork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		ann := h.create("Ann")
		bob := h.join(ann.PollID, "Bob")
		a, b, tab := h.patches(ann), h.base(bob), h.base(bob)
		stays := func(why string) {
			t.Helper()
			settle(10 * time.Minute)
			_, doc := a.follow()
			if !strings.Contains(string(doc), `"name":"Bob"`) {
				t.Errorf("%s: Bob is not in %s", why, doc)
			}
		}
		_ = tab.conn.Close()
		stays("one of two tabs was closed")
		_ = b.conn.Close() // the Wi-Fi is gone; the mobile network is slow to come
		settle(20 * time.Second)
		h.base(bob)
		stays("the network changed")
	})
}

func TestFault07_UnknownPollsAreNotFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		for patches, status := range map[bool]int{false: http.StatusBadRequest, true: http.StatusNotFound} {
			got := problem(t, h.post("/polls/join", wire.JoinPoll{PollID: "ZZZZZZ", Name: "Ann", Patches: patches}), status)
			if want := "There is no poll with this code; it may have ended. Check the code, or ask who shared it."; got[0] != want {
				t.Errorf("%q, want %q", got[0], want)
			}
		}
	})
}

func TestFault08_BlankTexts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		ann := h.create("Ann")
		for _, blank := range []string{" ", "\t\n", "\u200b", "\u2800", "\u202e", "\u0301"} {
			if got := problem(t, h.post("/polls", wire.CreatePoll{Topic: blank, VotesPerVoter: 2, Name: blank}), http.StatusBadRequest); len(got) != 2 {
				t.Errorf("%q: %q", blank, got)
			}
			problem(t, h.post("/polls/join", wire.JoinPoll{PollID: ann.PollID, Name: blank}), http.StatusBadRequest)
		}
	})
}

func TestFault09_ClosingWithoutBallots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		p := h.play("Ann", "Bob")
		p.ann.must("close_poll", "")
		settle(time.Second)
		results := last(p.bob, event.PollUpdated).Results
		if len(results) != 3 {
			t.Fatalf("%+v", results)
		}
		for _, r := range results {
			if r.Score != 0 || r.NominationText == "" {
				t.Errorf("%+v", r)
			}
		}
	})
}

func TestFault10_ALateJoinersTokenEndsWithThePoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, func(o *httpd.Options) { o.Live.PollTTL = time.Hour })
		ann := h.create("Ann")
		h.patches(ann)
		settle(59 * time.Minute)
		late := h.join(ann.PollID, "Late")
		h.patches(late)
		settle(time.Minute)
		mustBeGone(t, h, late)
	})
}

func TestFault10_APollThatExpiresInMidVoteIsCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, func(o *httpd.Options) { o.Live.PollTTL = 8 * time.Hour })
		p := h.play("Ann", "Bob")
		p.bob.must("submit_rankings", p.ballot(1))
		settle(7*time.Hour + time.Second)
		if got := last(p.bob, event.PollUpdated).Results; len(got) != 3 || got[0].NominationID != p.options[1] {
			t.Errorf("%+v", got)
		}
	})
}

func TestFault11_NamesOfAllKinds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		names := []string{"👩‍👩‍👧‍👦", "a>b?c~d", "José", "محمد", "<b>&amp;", `"\`, "नमस्ते", "\u2028x"}
		ann := h.create(names[0])
		a := h.base(ann)
		want := map[poll.UserID]string{userOf(t, ann): names[0]}
		for _, name := range names[1:] {
			j := h.join(ann.PollID, name)
			h.patches(j)
			want[userOf(t, j)] = strings.TrimLeft(name, "\u2028")
		}
		settle(time.Second)
		if diff := cmp.Diff(want, last(a, event.PollUpdated).Participants); diff != "" {
			t.Error(diff)
		}
	})
}

func TestFault12_WhoDidNotVote(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		p := h.play("Ann", "Bob") // Ann, the admin, does not vote
		p.bob.must("submit_rankings", p.ballot(0))
		late := h.patches(h.join(p.code, "Late")) // nor does Late
		p.ann.must("close_poll", "")
		settle(time.Second)
		for _, c := range []*client{p.ann, late} {
			if _, doc := c.follow(); !strings.Contains(string(doc), `"results"`) {
				t.Errorf("no results in %s", doc)
			}
		}
	})
}

func TestFault14_WhatAPersonIsSentDoesNotGrowWithTheRoom(t *testing.T) {
	largest := func(people int) (bytes int) {
		synctest.Test(t, func(t *testing.T) {
			h := open(t)
			ann := h.create("Ann")
			a := h.patches(ann)
			for i := range people {
				h.patches(h.join(ann.PollID, fmt.Sprintf("Person %03d", i)))
				settle(100 * time.Millisecond)
			}
			late := h.patches(h.join(ann.PollID, "Latecomer"))
			for _, m := range append(a.messages(), late.messages()...) {
				bytes = max(bytes, len(m))
			}
		})
		return bytes
	}
	few, many := largest(poll.NewestShown), largest(10*poll.NewestShown)
	if many > few+10 { // digits of counts and versions
		t.Errorf("the largest message has %d bytes in a small room, %d in a big one", few, many)
	}
}
