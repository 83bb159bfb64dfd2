package admin

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/caucus-live/caucus/socketio"
)

// Sessions remember who has logged in. Methods are called concurrently.
type Sessions interface {
	// Has reports whether a session was saved, and has not expired.
	Has(ctx context.Context, id string) (bool, error)
	// Save saves a session.
	Save(ctx context.Context, id string) error
}

// comparisons is how many passwords are checked at a time: it takes a processor's time on
// purpose, which strangers must not have all of.
const comparisons = 1

var errCredentials = &socketio.Error{Message: "invalid credentials"}

// A guard lets in those with a password or a session.
type guard struct {
	opts      *Options
	comparing chan struct{}
}

func newGuard(opts *Options) guard { return guard{opts, make(chan struct{}, comparisons)} }

type newSessionKey struct{}

// newSessionOf returns the session that has begun with the login, "" if it began before.
func newSessionOf(ctx context.Context) string {
	id, _ := ctx.Value(newSessionKey{}).(string)
	return id
}

func (g *guard) admit(ctx context.Context, h *socketio.Handshake) (context.Context, error) {
	var auth struct{ SessionID, Username, Password string }
	if err := h.DecodeAuth(&auth); err != nil {
		return nil, errCredentials
	}
	if auth.SessionID != "" {
		known, err := g.opts.Sessions.Has(ctx, auth.SessionID)
		if err != nil {
			g.opts.Logger.ErrorContext(ctx, "admin: sessions", slog.Any("error", err))
		}
		if known {
			return ctx, nil
		}
	}
	if !g.matches(ctx, auth.Username, auth.Password) {
		return nil, errCredentials
	}
	id := rand.Text()
	if err := g.opts.Sessions.Save(ctx, id); err != nil {
		g.opts.Logger.ErrorContext(ctx, "admin: sessions", slog.Any("error", err))
	}
	return context.WithValue(ctx, newSessionKey{}, id), nil
}

// matches takes as long for a wrong name as for a wrong password.
func (g *guard) matches(ctx context.Context, username, password string) bool {
	if password == "" {
		return false // nobody tried
	}
	select {
	case g.comparing <- struct{}{}:
		defer func() { <-g.comparing }()
	case <-ctx.Done():
		return false
	}
	sameName := subtle.ConstantTimeCompare([]byte(username), []byte(g.opts.Username)) == 1
	return bcrypt.CompareHashAndPassword([]byte(g.opts.PasswordHash), []byte(password)) == nil && sameName
}

// How much memory keeps.
const (
	maxSessions    = 1000
	sessionExpires = 24 * time.Hour
)

// memory is the default of Options.Sessions.
type memory struct {
	mu  sync.Mutex
	all []savedSession // oldest first
}

type savedSession struct {
	id    string
	since time.Time
}

// Has implements [Sessions].
func (m *memory) Has(_ context.Context, id string) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.all {
		if s.id == id {
			return time.Since(s.since) < sessionExpires, nil
		}
	}
	return false, nil
}

// Save implements [Sessions].
func (m *memory) Save(_ context.Context, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.all = append(m.all[max(0, len(m.all)+1-maxSessions):], savedSession{id, time.Now()})
	return nil
}
