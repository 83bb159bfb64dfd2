package live

import (
	"encoding/json"
	"log/slog"
	"slices"
	"time"

	"github.com/caucus-live/caucus/internal/poll"
)

// How servers tell each other who is connected to a poll with them.
const (
	beatInterval = 5 * time.Second  // at least one message in that time
	silenceMax   = 15 * time.Second // after which a server is taken for dead
	askInterval  = time.Second      // at most one question in that time
	answerTime   = time.Second      // how long to wait before somebody's place is given up
	usersMax     = 10_000           // people in one message; more go into others
)

// A message is what a server tells the others about who is connected to it. All but Ask
// carry a number, one more with each change, so that a lost one is noticed.
type message struct {
	Number uint64        `json:"n,omitempty"`
	Ask    bool          `json:"ask,omitempty"`   // tell me all
	Whole  bool          `json:"whole,omitempty"` // In is everybody, not only newcomers
	In     []poll.UserID `json:"in,omitempty"`
	Out    []poll.UserID `json:"out,omitempty"`
	Bye    bool          `json:"bye,omitempty"` // the server no longer has the poll in memory
}

// An elsewhere records who is connected to a room at other servers, and what those know of
// this one. The zero value is that of a room that is alone.
type elsewhere struct {
	shared  bool // with others, perhaps
	servers map[string]*sighting
	count   map[poll.UserID]int // of servers that have the person
	away    int                 // how many of them have no connection here

	number  uint64               // of the last message to the others
	changes map[poll.UserID]bool // since then: came, or went
	asked   bool                 // by somebody, who needs the whole state
	beat    time.Time            // when to send something at the latest
	asking  time.Time            // when to ask again, no sooner
	leaving []absence            // whose grace is over, unless another server has them
}

// A sighting is what another server told.
type sighting struct {
	number uint64
	users  map[poll.UserID]bool
	seen   time.Time
}

// anywhere reports whether a person has a connection, here or elsewhere.
func (p *presence) anywhere(user poll.UserID) bool {
	return p.online(user) || p.elsewhere.count[user] > 0
}

// onlineCount is how many people have a connection, here or elsewhere, those who wait to be
// let in among them.
func (p *presence) onlineCount() int { return len(p.members) + p.elsewhere.away }

// share begins to note what others are to be told.
func (p *presence) share(now time.Time) {
	p.elsewhere = elsewhere{
		shared: true, servers: make(map[string]*sighting), count: make(map[poll.UserID]int),
		changes: make(map[poll.UserID]bool), beat: now.Add(beatInterval),
	}
}

// came and went note the first connection of a person here, and the end of their last.
func (e *elsewhere) came(user poll.UserID) {
	if e.count[user] > 0 {
		e.away--
	}
	e.change(user, true)
}

func (e *elsewhere) went(user poll.UserID) {
	if e.count[user] > 0 {
		e.away++
	}
	e.change(user, false)
}

func (e *elsewhere) change(user poll.UserID, came bool) {
	if e.shared {
		e.changes[user] = came
	}
}

// see notes that another server has a person, or has not.
func (p *presence) see(s *sighting, user poll.UserID, there bool) {
	e := &p.elsewhere
	if s.users[user] == there {
		return
	}
	before := e.count[user]
	if there {
		s.users[user] = true
		e.count[user]++
	} else {
		delete(s.users, user)
		if e.count[user]--; e.count[user] == 0 {
			delete(e.count, user)
		}
	}
	if (before > 0) != (e.count[user] > 0) && !p.online(user) {
		e.away += e.count[user] - before
	}
}

// A hearsay is a message as it arrived.
type hearsay struct {
	server string
	data   []byte
}

// overhear keeps a message for the next turn. That other servers have the poll in memory
// is not a reason to keep it here.
func (rm *room) overhear(h hearsay) {
	rm.mu.Lock()
	defer rm.mu.Unlock()
	if rm.gone {
		return
	}
	if rm.heard = append(rm.heard, h); len(rm.heard) == 1 {
		rm.postLocked(nil)
	}
}

// hearOthers takes what other servers have sent.
func (rm *room) hearOthers() {
	rm.mu.Lock()
	heard := rm.heard
	rm.heard = nil
	rm.mu.Unlock()
	for _, h := range heard {
		rm.hear(h.server, h.data)
	}
}

// hear takes a message of another server.
func (rm *room) hear(server string, data []byte) {
	var m message
	if err := json.Unmarshal(data, &m); err != nil {
		rm.reg.log.Warn("a message of another server is not understood", slog.String("server", server), slog.Any("error", err))
		return
	}
	e := &rm.presence.elsewhere
	if !e.shared {
		return
	}
	s := e.servers[server]
	switch {
	case m.Bye:
		rm.forget(server)
		return
	case m.Ask:
		e.asked = true
		return
	case s == nil:
		s = &sighting{users: make(map[poll.UserID]bool)}
		e.servers[server] = s
	}
	s.seen = time.Now()
	switch {
	case m.Whole:
		rm.replace(s, m.In)
	case m.Number == s.number && len(m.In)+len(m.Out) == 0: // a beat
	case m.Number != s.number+1:
		rm.ask()
		return
	}
	s.number = m.Number
	for _, user := range m.In {
		rm.presence.see(s, user, true)
	}
	for _, user := range m.Out {
		rm.presence.see(s, user, false)
		rm.keepPlace(user)
	}
	rm.show.changed()
}

// replace forgets those of a server's people who are not there any more.
func (rm *room) replace(s *sighting, users []poll.UserID) {
	there := make(map[poll.UserID]bool, len(users))
	for _, user := range users {
		there[user] = true
	}
	for user := range s.users {
		if !there[user] {
			rm.presence.see(s, user, false)
			rm.keepPlace(user)
		}
	}
}

// forget takes a server for gone. Its people keep their places for a while.
func (rm *room) forget(server string) {
	if s := rm.presence.elsewhere.servers[server]; s != nil {
		rm.replace(s, nil)
		delete(rm.presence.elsewhere.servers, server)
		rm.show.changed()
	}
}

// ask has the others tell who is connected to them.
func (rm *room) ask() {
	if now := time.Now(); !now.Before(rm.presence.elsewhere.asking) {
		rm.presence.elsewhere.asking = now.Add(askInterval)
		rm.tell(message{Ask: true})
	}
}

func (rm *room) tell(m message) {
	data, err := json.Marshal(m)
	if err != nil {
		rm.reg.log.Error("a message to other servers was not made", slog.Any("error", err))
		return
	}
	rm.reg.opts.Cluster.Send(rm.id, data)
}

// shareDue is when shareWithOthers has something to do; zero while never.
func (rm *room) shareDue() (due time.Time) {
	e := &rm.presence.elsewhere
	if !e.shared {
		return time.Time{}
	}
	earliest := func(t time.Time) {
		if due.IsZero() || t.Before(due) {
			due = t
		}
	}
	if len(rm.presence.members) > 0 {
		earliest(e.beat)
	}
	for _, s := range e.servers {
		earliest(s.seen.Add(silenceMax))
	}
	if len(e.leaving) > 0 {
		earliest(e.leaving[0].until)
	}
	return due
}

// shareWithOthers tells the others what changed here, and forgets those that have been
// silent for too long.
func (rm *room) shareWithOthers(now time.Time) {
	e := &rm.presence.elsewhere
	if !e.shared {
		return
	}
	for server, s := range e.servers {
		if !now.Before(s.seen.Add(silenceMax)) {
			rm.forget(server)
		}
	}
	switch {
	case e.asked:
		rm.tellAll()
	case len(e.changes) > 0:
		rm.tellChanges()
	case len(rm.presence.members) > 0 && !now.Before(e.beat):
		rm.tell(message{Number: e.number})
	default:
		return
	}
	e.beat = now.Add(beatInterval)
}

func (rm *room) tellAll() {
	e := &rm.presence.elsewhere
	users := make([]poll.UserID, 0, len(rm.presence.members))
	for user := range rm.presence.members {
		users = append(users, user)
	}
	e.asked = false
	clear(e.changes)
	e.number++
	n := min(usersMax, len(users))
	rm.tell(message{Number: e.number, Whole: true, In: users[:n]})
	for part := range slices.Chunk(users[n:], usersMax) {
		e.number++
		rm.tell(message{Number: e.number, In: part})
	}
}

func (rm *room) tellChanges() {
	e := &rm.presence.elsewhere
	var m message
	flush := func() {
		e.number++
		m.Number = e.number
		rm.tell(m)
		m = message{}
	}
	for user, came := range e.changes {
		if came {
			m.In = append(m.In, user)
		} else {
			m.Out = append(m.Out, user)
		}
		if len(m.In)+len(m.Out) == usersMax {
			flush()
		}
	}
	if len(m.In)+len(m.Out) > 0 {
		flush()
	}
	clear(e.changes)
}

// confirmAbsence returns those of users whose places may be given up now. On many
// servers the others are asked first, and have a moment to answer. A server that
// cannot reach the ledger may be the one that is cut off, and asks nobody.
func (rm *room) confirmAbsence(now time.Time, users []poll.UserID) []poll.UserID {
	e := &rm.presence.elsewhere
	if !e.shared {
		return users
	}
	if len(users) > 0 {
		if _, err := rm.reg.ledger.Info(rm.reg.ctx, rm.id); err != nil {
			for _, user := range users {
				rm.keepPlace(user)
			}
			users = nil
		}
	}
	for _, user := range users {
		if !rm.presence.anywhere(user) {
			e.leaving = append(e.leaving, absence{user, now.Add(answerTime)})
		}
	}
	var gone []poll.UserID
	for len(e.leaving) > 0 && !e.leaving[0].until.After(now) {
		user := e.leaving[0].user
		e.leaving = e.leaving[1:]
		if _, back := rm.presence.until[user]; !back && !rm.presence.anywhere(user) {
			gone = append(gone, user)
		}
	}
	if len(users) > 0 {
		rm.ask()
	}
	return gone
}
