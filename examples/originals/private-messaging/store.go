package main

import (
	"crypto/rand"
	"slices"
)

// The store keeps this much, and forgets the oldest first.
const (
	maxPeople   = 1000
	maxMessages = 10_000
)

// A store has the people and their messages, in memory. It is not for concurrent use.
type store struct {
	people   []*person
	messages []Message
}

type person struct {
	Session

	name      string
	connected bool
}

// find returns nil if no session has this id.
func (st *store) find(sessionID string) *person {
	i := slices.IndexFunc(st.people, func(p *person) bool { return p.SessionID == sessionID })
	if i < 0 {
		return nil
	}
	return st.people[i]
}

// add makes a person; a name is needed for that.
func (st *store) add(name string) *person {
	if name == "" {
		return nil
	}
	p := &person{Session: Session{rand.Text(), rand.Text()}, name: name}
	st.people = append(st.people[max(0, len(st.people)+1-maxPeople):], p)
	return p
}

func (st *store) keep(m Message) {
	st.messages = append(st.messages[max(0, len(st.messages)+1-maxMessages):], m)
}

// usersFor returns all people, each with the messages between it and p.
func (st *store) usersFor(p *person) []User {
	with := make(map[string][]Message)
	for _, m := range st.messages {
		switch p.UserID {
		case m.From:
			with[m.To] = append(with[m.To], m)
		case m.To:
			with[m.From] = append(with[m.From], m)
		}
	}
	users := make([]User, 0, len(st.people))
	for _, other := range st.people {
		users = append(users, User{other.UserID, other.name, other.connected, append([]Message{}, with[other.UserID]...)})
	}
	return users
}
