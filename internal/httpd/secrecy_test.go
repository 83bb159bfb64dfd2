package httpd_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
)

// A voter is a person with a client of each kind.
type voter struct {
	name    string
	id      poll.UserID
	joined  wire.Joined
	clients []*client
	ballot  []poll.NominationID
	receipt string
}

// A whole poll of people with several clients each, in which everything that
// anybody is sent, and everything that is logged or measured, is read afterwards.
func TestFault03_ABallotIsInNobodysMessageLogOrMetric(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		voters, texts := playWhole(t, h)
		for _, v := range voters {
			for _, c := range v.clients {
				for _, m := range c.messages() {
					mustNotTell(t, v, voters, m)
				}
			}
		}
		metrics := string(h.metrics().body)
		for _, secret := range secretsOf(voters, texts) {
			if i := strings.Index(h.logs.String(), secret); i >= 0 {
				t.Errorf("%q is in the log: %.300s", secret, h.logs.String()[max(0, i-100):])
			}
			if strings.Contains(metrics, secret) {
				t.Errorf("%q is in the metrics", secret)
			}
		}
	})
}

// playWhole plays a poll to its end and returns who voted, and all texts in it.
func playWhole(t *testing.T, h *house) (voters []*voter, texts []string) {
	t.Helper()
	texts = []string{"Where shall the secret society eat?", "Ramenhaus", "Taqueria", "Trattoria", "Chippery"}
	ann := h.create("Annabel", func(c *wire.CreatePoll) { c.Topic, c.VotesPerVoter = texts[0], 4 })
	for i, name := range []string{"Annabel", "Berengar", "Cunigunde", "Dietlinde"} {
		joined := ann
		if i > 0 {
			joined = h.join(ann.PollID, name)
		}
		voters = append(voters, &voter{name: name, id: userOf(t, joined), joined: joined, clients: []*client{h.patches(joined), h.base(joined)}})
	}
	admin := voters[0].clients[0]
	var ids []poll.NominationID
	for i, text := range texts[1:] {
		ids = append(ids, voters[i].clients[1].must("nominate", fmt.Sprintf(`{"text":%q}`, text)).Nomination)
	}
	admin.must("start_vote", "")
	for round := range 2 { // everybody changes their mind
		for i, v := range voters {
			v.ballot = slices.Concat(ids[i:], ids[:i])
			if round == 1 {
				slices.Reverse(v.ballot)
			}
			data, err := json.Marshal(wire.SubmitRankings{Rankings: v.ballot})
			if err != nil {
				t.Fatal(err)
			}
			v.receipt = v.clients[round].must("submit_rankings", string(data)).Receipt
			h.post("/polls/rejoin", wire.RejoinPoll{AccessToken: v.joined.AccessToken})
			settle(300 * time.Millisecond)
		}
	}
	admin.call("poll_sync", "")
	admin.call("roster", "")
	voters[1].clients[0].call("roster", "")
	h.get("/polls/" + ann.PollID + "?token=" + ann.AccessToken)
	admin.must("close_poll", "")
	settle(time.Second)
	h.get("/polls/" + ann.PollID + "/results")
	return voters, texts
}

// mustNotTell checks that a message to one voter says nothing of another's ballot.
func mustNotTell(t *testing.T, to *voter, voters []*voter, message string) {
	t.Helper()
	start := strings.IndexAny(message, "[{")
	var content any
	if start < 0 || json.Unmarshal([]byte(message[start:]), &content) != nil {
		t.Fatalf("not JSON: %s", message)
	}
	for _, other := range voters {
		if other == to {
			continue
		}
		if strings.Contains(message, other.receipt) {
			t.Errorf("%s was sent the receipt of %s: %s", to.name, other.name, message)
		}
		walk(content, func(key string, v any) {
			list, _ := v.([]any)
			if key == string(other.id) && len(list) > 0 {
				t.Errorf("%s was sent a ballot of %s: %s", to.name, other.name, message)
			}
			if key == "ballot" && slices.Equal(texts(list), ids(other.ballot)) {
				t.Errorf("%s was sent the ballot of %s as their own: %s", to.name, other.name, message)
			}
		})
	}
}

// walk visits every member of every object in v.
func walk(v any, visit func(key string, v any)) {
	switch v := v.(type) {
	case map[string]any:
		for key, member := range v {
			visit(key, member)
			walk(member, visit)
		}
	case []any:
		for _, element := range v {
			walk(element, visit)
		}
	}
}

func texts(list []any) (all []string) {
	for _, v := range list {
		all = append(all, fmt.Sprint(v))
	}
	return all
}

func ids(list []poll.NominationID) (all []string) {
	for _, id := range list {
		all = append(all, string(id))
	}
	return all
}

// secretsOf lists what no log and no metric may contain.
func secretsOf(voters []*voter, texts []string) []string {
	secrets := slices.Concat(texts, []string{"token=", "EIO=", string(key)})
	for _, v := range voters {
		secrets = append(secrets, v.name, v.receipt, string(v.id))
		secrets = append(secrets, strings.Split(v.joined.AccessToken, ".")[1:]...)
		secrets = append(secrets, ids(v.ballot)...)
	}
	return secrets
}
