package httpd_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
)

// A game is a poll of two, in which voting is open for three options.
type game struct {
	code     string
	ann, bob *client // the admin, who follows patches; a client of the base contract
	options  []poll.NominationID
	tokens   map[string]string      // by name
	users    map[string]poll.UserID // by name
}

func (h *house) play(admin, other string) *game {
	h.t.Helper()
	a := h.create(admin)
	b := h.join(a.PollID, other)
	g := &game{
		code:   a.PollID,
		ann:    h.patches(a),
		bob:    h.base(b),
		tokens: map[string]string{admin: a.AccessToken, other: b.AccessToken},
		users:  map[string]poll.UserID{admin: userOf(h.t, a), other: userOf(h.t, b)},
	}
	for _, text := range []string{"Ramen", "Tacos", "Pizza"} {
		g.options = append(g.options, g.ann.must("nominate", fmt.Sprintf(`{"text":%q}`, text)).Nomination)
	}
	g.ann.must("start_vote", "")
	return g
}

// ballot is the payload of a ballot for options by their index.
func (g *game) ballot(options ...int) string {
	var ids []poll.NominationID
	for _, i := range options {
		ids = append(ids, g.options[i])
	}
	data, err := json.Marshal(wire.SubmitRankings{Rankings: ids})
	if err != nil {
		panic(err) //nolint:forbidigo // texts always encode
	}
	return string(data)
}

// userOf returns whom a token speaks of.
func userOf(t *testing.T, j wire.Joined) poll.UserID {
	t.Helper()
	claims := jwt.MapClaims{}
	if _, _, err := jwt.NewParser().ParseUnverified(j.AccessToken, claims); err != nil {
		t.Fatal(err)
	}
	sub, err := claims.GetSubject()
	if err != nil {
		t.Fatal(err)
	}
	return poll.UserID(sub)
}
