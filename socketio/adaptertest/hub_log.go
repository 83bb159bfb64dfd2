package adaptertest

import (
	"context"
	"iter"
	"slices"
	"strconv"
	"time"

	"github.com/caucus-live/caucus/socketio"
)

// A hubLog is the log of a [Hub], which guards it.
type hubLog struct {
	dropped  int      // the number of the last entry that was dropped; the first is 1
	entries  [][]byte // encoded
	sessions map[string]hubSession
}

type hubSession struct {
	socketio.Session

	expires time.Time
}

func offsetOf(number int) string { return strconv.Itoa(number) + "-0" }

// numberOf is the inverse of offsetOf.
func numberOf(offset string) int {
	n, _ := strconv.Atoi(offset[:max(0, len(offset)-len("-0"))])
	return n
}

func (l *hubLog) position() string { return offsetOf(l.dropped + len(l.entries)) }

// Log implements [socketio.LogAdapter].
func (s *seat) Log() socketio.Log {
	if s.hub.MaxLog == 0 {
		return nil
	}
	return s
}

// Append implements [socketio.Log].
func (s *seat) Append(_ context.Context, m socketio.Message) (string, error) {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	if s.hub.seats[s.name] != s {
		return "", errNotOpen
	}
	log := &s.hub.log
	if len(log.entries) == s.hub.MaxLog {
		log.entries = log.entries[1:]
		log.dropped++
	}
	m.Offset = offsetOf(log.dropped + len(log.entries) + 1)
	text := m.Encode()
	log.entries = append(log.entries, text)
	for _, seat := range s.hub.seats {
		seat.push(text)
	}
	return m.Offset, nil
}

// Since implements [socketio.Log].
func (s *seat) Since(_ context.Context, namespace, after, through string) iter.Seq2[socketio.Message, error] {
	return func(yield func(socketio.Message, error) bool) {
		s.hub.mu.Lock()
		log := &s.hub.log
		from := numberOf(after) - log.dropped
		if from < 0 {
			s.hub.mu.Unlock()
			yield(socketio.Message{}, socketio.ErrNotInLog)
			return
		}
		entries := slices.Clone(log.entries[from : numberOf(through)-log.dropped])
		s.hub.mu.Unlock()
		for _, text := range entries {
			m, err := socketio.DecodeMessage(slices.Clone(text))
			if m.Namespace == namespace && !yield(m, err) {
				return
			}
		}
	}
}

// SaveSession implements [socketio.Log].
func (s *seat) SaveSession(_ context.Context, session socketio.Session, keep time.Duration) error {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	if s.hub.log.sessions == nil {
		s.hub.log.sessions = make(map[string]hubSession)
	}
	if kept, ok := s.hub.log.sessions[session.PID]; ok && kept.Turn > session.Turn && time.Now().Before(kept.expires) {
		return nil
	}
	s.hub.log.sessions[session.PID] = hubSession{session, time.Now().Add(keep)}
	return nil
}

// TakeSession implements [socketio.Log].
func (s *seat) TakeSession(_ context.Context, _, pid string) (socketio.Session, error) {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	session, ok := s.hub.log.sessions[pid]
	if !ok || session.ID == "" || time.Now().After(session.expires) {
		return socketio.Session{}, socketio.ErrNoSession
	}
	s.hub.log.sessions[pid] = hubSession{socketio.Session{Turn: session.Turn + 1}, session.expires} // its turn is over
	return session.Session, nil
}
