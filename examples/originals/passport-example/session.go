package main

import (
	"crypto/rand"
	"net/http"
	"sync"
)

const cookieName = "connect.sid"

// sessions are those of people who have logged in. All methods may be called
// concurrently.
type sessions struct{ byID sync.Map } // id → session

type session struct{ id, user string }

// open starts a session and returns its cookie.
func (ss *sessions) open(user string) *http.Cookie {
	s := session{rand.Text(), user}
	ss.byID.Store(s.id, s)
	return &http.Cookie{Name: cookieName, Value: s.id, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode}
}

func (ss *sessions) close(s session) { ss.byID.Delete(s.id) }

// of returns the session that a request belongs to.
func (ss *sessions) of(r *http.Request) (session, bool) {
	cookie, err := r.Cookie(cookieName)
	if err != nil {
		return session{}, false
	}
	s, _ := ss.byID.Load(cookie.Value)
	found, ok := s.(session)
	return found, ok
}
