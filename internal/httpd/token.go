package httpd

import (
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
)

// MinTokenKey is the least length, in bytes, of the key that tokens are signed with.
const MinTokenKey = 32

// maxToken bounds what is parsed at all. Ours have less than 500 bytes.
const maxToken = 4096

// errBadToken says that a token is not ours, or damaged.
var errBadToken = errors.New("httpd: bad token")

// A person is whom a token speaks of.
type person struct {
	poll    string
	id      poll.UserID
	name    poll.Text
	expires time.Time

	spectates bool   // joins to watch
	device    string // the mark of their browser in this poll, or ""
	screen    bool   // nobody, but a screen that shows the poll

	host poll.UserID // who asked for the screen; "" in tokens of before this was noted
}

// tokens issues and checks access tokens: JWTs signed with HS256.
type tokens struct {
	key    []byte
	parser *jwt.Parser
}

// claims are what a token says. The user's id is its subject.
type claims struct {
	PollID string `json:"pollID"`
	Name   string `json:"name"`
	Watch  bool   `json:"spectates,omitempty"`
	Device string `json:"device,omitempty"`
	Screen bool   `json:"screen,omitempty"` // shows the poll, and is nobody
	Host   string `json:"host,omitempty"`   // who asked for the screen
	jwt.RegisteredClaims
}

func newTokens(key []byte) *tokens {
	return &tokens{key, jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}),
		jwt.WithExpirationRequired(),
		jwt.WithStrictDecoding(),
	)}
}

// issue signs a token for p. It ends when p does, which is when the poll does.
func (t *tokens) issue(p person) (string, error) {
	signed, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims{
		PollID: p.poll,
		Name:   p.name.Text,
		Watch:  p.spectates,
		Device: p.device,
		Screen: p.screen,
		Host:   string(p.host),
		RegisteredClaims: jwt.RegisteredClaims{
			Subject:   string(p.id),
			IssuedAt:  jwt.NewNumericDate(time.Now()),
			ExpiresAt: jwt.NewNumericDate(p.expires), // rounds down to the second
		},
	}).SignedString(t.key)
	if err != nil {
		return "", fmt.Errorf("httpd: sign token: %w", err)
	}
	return signed, nil
}

// person returns whom a token speaks of, or errBadToken. A token ends with its poll, which
// may have been extended since: see lapsed.
func (t *tokens) person(signed string) (person, error) {
	if len(signed) > maxToken {
		return person{}, errBadToken
	}
	var c claims
	_, err := t.parser.ParseWithClaims(signed, &c, func(*jwt.Token) (any, error) { return t.key, nil })
	if err != nil && !errors.Is(err, jwt.ErrTokenExpired) { // and nothing else, or that would be the error
		return person{}, errBadToken
	}
	code, err := poll.ParseCode(c.PollID)
	if err != nil {
		return person{}, errBadToken
	}
	if c.Screen {
		return person{poll: code, id: poll.UserID(c.Subject), expires: c.ExpiresAt.Time, screen: true, host: poll.UserID(c.Host)}, nil
	}
	name, err := poll.ParseName(c.Name)
	if err != nil || c.Subject == string(poll.System) {
		return person{}, errBadToken
	}
	return person{poll: code, id: poll.UserID(c.Subject), name: name, expires: c.ExpiresAt.Time, spectates: c.Watch, device: c.Device}, nil
}

// lapsed returns [live.ErrNotFound] if the person's token has ended, or nil. One that ends
// when the poll was to end at first, or later, is as good as the poll: it was extended. A token of
// an earlier poll with the same code ended before this one was made.
func (p person) lapsed(s *poll.State) error {
	if time.Now().Before(p.expires) || !p.expires.Before(s.FirstExpires().Truncate(time.Second)) {
		return nil
	}
	return live.ErrNotFound
}
