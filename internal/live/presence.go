package live

import (
	"time"

	"github.com/caucus-live/caucus/internal/poll"
)

// A presence counts who is connected to a room, and knows until when the place
// of anyone else is kept. It is owned by whoever has the room's turn.
type presence struct {
	members  map[poll.UserID]*member // those with a connection
	screens  map[*Connection]bool    // connections that are nobody's
	waiting  map[poll.UserID]bool    // of the members, those who are not let in yet
	total    member                  // all connections
	absences []absence               // in the order of their ends
	until    map[poll.UserID]time.Time

	elsewhere elsewhere // who is connected with other servers
}

// A member is a person with connections to a room, counted by kind.
type member struct{ patches, base int }

func (m *member) add(patches bool, n int) {
	if patches {
		m.patches += n
	} else {
		m.base += n
	}
}

func (m *member) connections() int { return m.patches + m.base }

// An absence is the place of a person without a connection. It counts only while
// until of the presence says the same: they may have come back and gone again.
type absence struct {
	user  poll.UserID
	until time.Time
}

// online reports whether a person has a connection here.
func (p *presence) online(user poll.UserID) bool { return p.members[user] != nil }

// enter counts a connection, and returns whose it is for exit.
func (p *presence) enter(user poll.UserID, patches bool) *member {
	m := p.members[user]
	if m == nil {
		m = new(member)
		if p.members == nil {
			p.members = make(map[poll.UserID]*member)
		}
		p.members[user] = m
		delete(p.until, user)
		p.elsewhere.came(user)
	}
	m.add(patches, 1)
	p.total.add(patches, 1)
	return m
}

// exit counts a connection off, and reports whether it was the person's last. A
// connection that was dropped meanwhile is counted off already.
func (p *presence) exit(user poll.UserID, m *member, patches bool) (last bool) {
	if p.members[user] != m || !patches && m.base == 0 {
		return false
	}
	m.add(patches, -1)
	p.total.add(patches, -1)
	if m.connections() > 0 {
		return false
	}
	p.remove(user)
	return true
}

// remove takes out a person without connections.
func (p *presence) remove(user poll.UserID) {
	delete(p.members, user)
	delete(p.waiting, user)
	p.elsewhere.went(user)
}

// watch counts a screen.
func (p *presence) watch(c *Connection) {
	if p.screens == nil {
		p.screens = make(map[*Connection]bool)
	}
	p.screens[c] = true
	p.total.add(c.patches, 1)
}

// unwatch counts a screen off, unless it was dropped with everybody.
func (p *presence) unwatch(c *Connection) {
	if p.screens[c] {
		delete(p.screens, c)
		p.total.add(c.patches, -1)
	}
}

// dropScreens counts off the screens that a person asked for, and returns their ids.
func (p *presence) dropScreens(host poll.UserID) (gone []poll.UserID) {
	for c := range p.screens {
		if c.host == host {
			p.unwatch(c)
			gone = append(gone, c.user)
		}
	}
	return distinct(gone)
}

// drop counts off all connections of a person, and forgets their absence. It
// reports whether there was a connection.
func (p *presence) drop(user poll.UserID) bool {
	delete(p.until, user)
	m := p.members[user]
	if m == nil {
		return false
	}
	p.total.patches -= m.patches
	p.total.base -= m.base
	p.remove(user)
	return true
}

// dropBase counts off all connections of the base contract, and returns those who
// have no other.
func (p *presence) dropBase() []poll.UserID {
	var gone []poll.UserID
	for user, m := range p.members {
		p.total.base -= m.base
		m.base = 0
		if m.connections() == 0 {
			p.remove(user)
			gone = append(gone, user)
		}
	}
	return gone
}

// keep keeps the place of a person without a connection for a while. The ends of
// absences must not decrease.
func (p *presence) keep(user poll.UserID, until time.Time) {
	if p.until == nil {
		p.until = make(map[poll.UserID]time.Time)
	}
	p.until[user] = until
	p.absences = append(p.absences, absence{user, until})
}

// overdue takes out at most limit people whose places were kept long enough.
func (p *presence) overdue(now time.Time, limit int) []poll.UserID {
	var users []poll.UserID
	for len(p.absences) > 0 && !p.absences[0].until.After(now) && len(users) < limit {
		a := p.absences[0]
		p.absences = p.absences[1:]
		if p.until[a.user].Equal(a.until) {
			delete(p.until, a.user)
			users = append(users, a.user)
		}
	}
	return users
}

// nextOverdue is when overdue next has something to do, or zero.
func (p *presence) nextOverdue() time.Time {
	if len(p.absences) == 0 {
		return time.Time{}
	}
	return p.absences[0].until
}

// keepEverybody ends all absences: no place is lost any more.
func (p *presence) keepEverybody() {
	p.absences, p.until, p.elsewhere.leaving = nil, nil, nil
}

// resetPresence counts everybody off. What is known of other servers stays.
func (rm *room) resetPresence() {
	e := rm.presence.elsewhere
	for user := range rm.presence.members {
		e.went(user)
	}
	rm.presence = presence{elsewhere: e}
}
