package httpd_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/httpd"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
)

// problem checks that a response is an error in the contract's form, and returns
// its sentences.
func problem(t *testing.T, res *response, status int) []string {
	t.Helper()
	var p wire.Problem
	res.decode(t, &p)
	if res.StatusCode != status || p.StatusCode != status {
		t.Errorf("status %d, in the body %d; want %d: %s", res.StatusCode, p.StatusCode, status, res.body)
	}
	if p.Error != http.StatusText(status) {
		t.Errorf("error is %q, want %q", p.Error, http.StatusText(status))
	}
	if len(p.Message) == 0 || !slices.Equal(p.Message, p.Messages) {
		t.Errorf("message %q and messages %q must be the same sentences", p.Message, p.Messages)
	}
	if len(p.Reasons) != len(p.Message) {
		t.Errorf("%d reasons of %q", len(p.Reasons), p.Message)
	}
	for _, why := range p.Reasons {
		if why.Reason == "" {
			t.Errorf("a reason without a name: %s", res.body)
		}
	}
	for _, sentence := range p.Message {
		if !strings.Contains(sentence, " ") {
			t.Errorf("%q is not a sentence", sentence)
		}
	}
	return p.Message
}

func TestCreate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		res := h.do(http.MethodPost, "/polls", `{"topic":" Where  to? ","votesPerVoter":3,"name":"Zoë","unknown":[1]}`)
		j := h.joined(res)
		want := &poll.Base{
			ID: j.PollID, Topic: "Where to?", VotesPerVoter: 3, AdminID: j.Poll.AdminID,
			Participants: map[poll.UserID]string{},
			Nominations:  poll.BaseNominations{},
			Rankings:     map[poll.UserID][]poll.NominationID{},
			Results:      []poll.BaseResult{},
			ExpiresAt:    time.Now().Add(24 * time.Hour).UTC(),
		}
		if diff := cmp.Diff(want, j.Poll); diff != "" {
			t.Error(diff)
		}
		var body map[string]json.RawMessage
		res.decode(t, &body)
		var base map[string]json.RawMessage
		if err := json.Unmarshal(body["poll"], &base); err != nil {
			t.Fatal(err)
		}
		for _, field := range []string{"participants", "nominations", "rankings", "results"} {
			if s := string(base[field]); s != "{}" && s != "[]" {
				t.Errorf("%s is %s; it must be there and empty", field, s)
			}
		}
		if res.Header.Get("Cache-Control") != "no-store" {
			t.Error("a token may be kept by caches")
		}
	})
}

func TestCreateRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		for _, c := range []struct {
			body string
			want []string // beginnings
		}{
			{`{}`, []string{"topic must", "votesPerVoter must", "name must"}},
			{`null`, []string{"topic must", "votesPerVoter must", "name must"}},
			{`{"topic":" \t\u200b","votesPerVoter":0,"name":"  "}`, []string{"topic must", "votesPerVoter must", "name must"}},
			{`{"topic":"T","votesPerVoter":21,"name":"N"}`, []string{"votesPerVoter must"}},
			{`{"topic":"T","votesPerVoter":2.5,"name":"N"}`, []string{"votesPerVoter must be a whole number"}},
			{`{"topic":"T","votesPerVoter":"3","name":"N"}`, []string{"votesPerVoter must be a whole number"}},
			{`{"topic":7,"votesPerVoter":3,"name":"N"}`, []string{"topic must be a text"}},
			{`{"topic":"T","votesPerVoter":3,"name":"N","allowPartial":1}`, []string{"allowPartial must be true or false"}},
			{`{"topic":"` + strings.Repeat("é", 101) + `","votesPerVoter":3,"name":"N"}`, []string{"topic must"}},
			{`{"topic":"T","votesPerVoter":3,"name":"` + strings.Repeat("n", 26) + `"}`, []string{"name must"}},
			{`{"topic":"T","votesPerVoter":3,"name":"N","method":"dice"}`, []string{"method must"}},
			{`[]`, []string{"What is sent must be a JSON object"}},
			{`7`, []string{"What is sent must be a JSON object"}},
			{`{"topic":`, []string{"What was sent is not valid JSON"}},
			{`{"topic":"T"} trailing`, []string{"What was sent is not valid JSON"}},
		} {
			got := problem(t, h.do(http.MethodPost, "/polls", c.body), http.StatusBadRequest)
			if !slices.EqualFunc(got, c.want, strings.HasPrefix) {
				t.Errorf("%s: %q, want %q", c.body, got, c.want)
			}
		}
		got := problem(t, h.do(http.MethodPost, "/polls", `{"topic":"`+strings.Repeat("t", 129<<10)+`"}`), http.StatusRequestEntityTooLarge)
		if want := "The body must not be larger than 128 KiB."; got[0] != want {
			t.Errorf("%q, want %q", got[0], want)
		}
		for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "application/", "json", ""} {
			res := h.do(http.MethodPost, "/polls", `{"topic":"T","votesPerVoter":3,"name":"N"}`, "Content-Type", kind)
			problem(t, res, http.StatusUnsupportedMediaType)
		}
		res := h.do(http.MethodPost, "/polls", `{"topic":"T","votesPerVoter":3,"name":"N"}`, "Content-Type", "Application/JSON; charset=utf-8")
		if res.StatusCode != http.StatusCreated {
			t.Errorf("status %d with a charset", res.StatusCode)
		}
	})
}

// The token says what the contract says, and ends with the poll.
func TestToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		name := "Ζωή 👩‍👩‍👧 > ? ~ é"
		j := h.create("Ann")
		settle(time.Hour + 300*time.Millisecond)
		joined := h.join(j.PollID, name)
		claims := jwt.MapClaims{}
		if _, err := jwt.NewParser(jwt.WithValidMethods([]string{"HS256"})).ParseWithClaims(joined.AccessToken, claims,
			func(*jwt.Token) (any, error) { return key, nil }); err != nil {
			t.Fatal(err)
		}
		iat, exp := claims["iat"], claims["exp"]
		now := time.Now()
		if iat != float64(now.Unix()) || exp != float64(now.Truncate(time.Second).Add(23*time.Hour).Unix()) {
			t.Errorf("iat %v and exp %v at %v", iat, exp, now)
		}
		delete(claims, "iat")
		delete(claims, "exp")
		sub, _ := claims["sub"].(string)
		want := jwt.MapClaims{"pollID": j.PollID, "name": name, "sub": sub}
		if diff := cmp.Diff(want, claims); diff != "" || len(sub) != 20 {
			t.Error(diff, sub)
		}
	})
}

func TestJoin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		made := h.create("Ann")
		code := made.PollID
		tokens := map[string]bool{}
		for _, typed := range []string{
			code, strings.ToLower(code), " " + code + "\t", code[:3] + "-" + code[3:], strings.ToLower(code[:2]) + " " + code[2:],
		} {
			j := h.join(typed, "Bob")
			if j.PollID != code || j.Poll.ID != code || j.Poll.AdminID != made.Poll.AdminID {
				t.Errorf("%q: %+v", typed, j)
			}
			if len(j.Poll.Participants) > 0 {
				t.Errorf("%v takes part without a connection", j.Poll.Participants)
			}
			tokens[j.AccessToken] = true
		}
		if len(tokens) != 5 {
			t.Error("two calls made one person")
		}
		got := problem(t, h.post("/polls/join", wire.JoinPoll{PollID: "ABC", Name: " "}), http.StatusBadRequest)
		if !slices.EqualFunc(got, []string{"pollID must", "name must"}, strings.HasPrefix) {
			t.Errorf("%q", got)
		}
		problem(t, h.post("/polls/join", wire.JoinPoll{PollID: "ZZZZZZ", Name: "Bob"}), http.StatusBadRequest)
	})
}

// Late-comers may join while voting is open, and no more when it is closed.
func TestJoinInEachPhase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		p := h.play("Ann", "Bob")
		if late := h.join(p.code, "Late"); !late.Poll.HasStarted {
			t.Error("the vote has started")
		}
		p.ann.must("close_poll", "")
		got := problem(t, h.post("/polls/join", wire.JoinPoll{PollID: p.code, Name: "Later"}), http.StatusConflict)
		if want := "Voting in this poll has ended; nobody can join it any more."; got[0] != want {
			t.Errorf("%q, want %q", got[0], want)
		}
	})
}

func TestJoinOfAFullPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, func(o *httpd.Options) { o.Live.Limits.Participants = 2; o.Live.Limits.Nominations = 10 })
		ann := h.create("Ann")
		h.base(ann)
		h.base(h.join(ann.PollID, "Bob"))
		got := problem(t, h.post("/polls/join", wire.JoinPoll{PollID: ann.PollID, Name: "Carl"}), http.StatusConflict)
		if !strings.HasPrefix(got[0], "This poll is full") {
			t.Errorf("%q", got)
		}
	})
}

// Clients that follow patches need not be sent what grows with the room.
func TestPatchesLeaveThePollOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		res := h.do(http.MethodPost, "/polls", `{"topic":"T","votesPerVoter":3,"name":"N","patches":true}`)
		made := h.joined(res)
		joined := h.joined(h.do(http.MethodPost, "/polls/join", fmt.Sprintf(`{"pollID":%q,"name":"B","patches":true}`, made.PollID)))
		if made.Poll != nil || joined.Poll != nil || made.PollID == "" || joined.PollID != made.PollID {
			t.Errorf("%+v %+v", made, joined)
		}
	})
}

func TestRejoin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		p := h.play("Ann", "Bob")
		p.ann.must("submit_rankings", p.ballot(0, 1))
		p.bob.must("submit_rankings", p.ballot(2))
		res := h.post("/polls/rejoin", wire.RejoinPoll{AccessToken: p.tokens["Bob"]})
		if res.StatusCode != http.StatusCreated {
			t.Fatalf("status %d: %s", res.StatusCode, res.body)
		}
		var base poll.Base
		res.decode(t, &base)
		want := map[poll.UserID][]poll.NominationID{p.users["Ann"]: {}, p.users["Bob"]: {p.options[2]}}
		if diff := cmp.Diff(want, base.Rankings); diff != "" || base.ID != p.code {
			t.Error(diff, base.ID)
		}
	})
}

func TestRejoinRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		ann := h.create("Ann")
		good := jwt.MapClaims{"pollID": ann.PollID, "name": "Eve", "sub": "EVE", "exp": time.Now().Add(time.Hour).Unix()}
		with := func(name string, value any) jwt.MapClaims {
			c := jwt.MapClaims{name: value}
			for k, v := range good {
				if _, ok := c[k]; !ok {
					c[k] = v
				}
			}
			if value == nil {
				delete(c, name)
			}
			return c
		}
		sign := func(m jwt.SigningMethod, c jwt.Claims, key any) string {
			s, err := jwt.NewWithClaims(m, c).SignedString(key)
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		if res := h.post("/polls/rejoin", wire.RejoinPoll{AccessToken: sign(jwt.SigningMethodHS256, good, key)}); res.StatusCode != http.StatusCreated {
			t.Fatalf("the model of the tokens below is refused: %s", res.body)
		}
		for name, token := range map[string]string{
			"nothing":         "",
			"no token":        "a.b.c",
			"another key":     sign(jwt.SigningMethodHS256, good, []byte("another key, which is as long as ours")),
			"another method":  sign(jwt.SigningMethodHS512, good, key),
			"unsigned":        sign(jwt.SigningMethodNone, good, jwt.UnsafeAllowNoneSignatureType),
			"no end":          sign(jwt.SigningMethodHS256, with("exp", nil), key),
			"nobody":          sign(jwt.SigningMethodHS256, with("sub", nil), key),
			"the system":      sign(jwt.SigningMethodHS256, with("sub", ""), key),
			"no name":         sign(jwt.SigningMethodHS256, with("name", nil), key),
			"no poll":         sign(jwt.SigningMethodHS256, with("pollID", nil), key),
			"not valid yet":   sign(jwt.SigningMethodHS256, with("nbf", time.Now().Add(time.Minute).Unix()), key),
			"expired and bad": sign(jwt.SigningMethodHS256, with("exp", 1), []byte("another key, which is as long as ours")),
			"absurdly long":   sign(jwt.SigningMethodHS256, with("pad", strings.Repeat("x", 8000)), key),
			"cut short":       ann.AccessToken[:len(ann.AccessToken)-2],
		} {
			res := h.post("/polls/rejoin", wire.RejoinPoll{AccessToken: token})
			if res.StatusCode != http.StatusForbidden {
				t.Errorf("%s: status %d: %s", name, res.StatusCode, res.body)
				continue
			}
			problem(t, res, http.StatusForbidden)
		}
		gone := sign(jwt.SigningMethodHS256, with("exp", time.Now().Add(-time.Second).Unix()), key)
		problem(t, h.post("/polls/rejoin", wire.RejoinPoll{AccessToken: gone}), http.StatusNotFound)
		problem(t, h.do(http.MethodPost, "/polls/rejoin", `{"accessToken":7}`), http.StatusBadRequest)
	})
}

// What no route answers is refused in the contract's form too.
func TestUnknownRoutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		for _, c := range []struct {
			method, path string
			status       int
			allow        string
		}{
			{http.MethodDelete, "/polls", http.StatusMethodNotAllowed, "GET, HEAD, POST"},
			{http.MethodPut, "/polls/ABCDEF", http.StatusMethodNotAllowed, "GET, HEAD"},
			{http.MethodPost, "/elsewhere", http.StatusMethodNotAllowed, "GET, HEAD"},
			{http.MethodGet, "/elsewhere.js", http.StatusNotFound, ""},
			{http.MethodGet, "/polls/ABCDEF/elsewhere", http.StatusNotFound, ""},
		} {
			res := h.do(c.method, c.path, "")
			problem(t, res, c.status)
			if got := res.Header.Get("Allow"); got != c.allow {
				t.Errorf("%s %s: Allow %q, want %q", c.method, c.path, got, c.allow)
			}
		}
	})
}
