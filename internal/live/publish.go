package live

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	jsonpatch "github.com/evanphx/json-patch/v5"

	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
)

// publishShare is the inverse of the share of one core that the patches of a room
// may take, and that its base views may take.
const publishShare = 4

// A version that shows nothing new, as when people change their votes, is told when none has
// come for versionPause, and versionLimit after the last patch at the latest.
const (
	versionPause = time.Second
	versionLimit = 10 * time.Second
)

// A show is what the people who watch a room have been told, and what they have
// not. It is owned by whoever has the room's turn.
type show struct {
	patch, base pace

	version time.Time     // when it is to be told, if nothing else is; zero: it has been
	patched time.Time     // when the last patch was sent
	edition *Edition      // the last published; nil while nobody follows patches
	shown   *Edition      // the last that was asked for while nobody followed
	view    *BaseEdition  // the last for the base contract
	me      []poll.UserID // whose Me changed in this turn
	ballots []poll.UserID // whose own ballot base connections have not been sent
}

// A pace spaces publications of one kind.
type pace struct {
	due     bool      // something is to be published
	next    time.Time // and not before
	leaving bool      // the last publication is being written: next is not known yet
}

// longestRest bounds what a publication that takes long to be written adds to the interval.
const longestRest = 5 * time.Second

// ripe reports whether to publish now; a last call does not wait.
func (p *pace) ripe(now time.Time, last bool) bool {
	return p.due && (last || !p.leaving && !now.Before(p.next))
}

// rest keeps the pace after a publication that began at start and cost so much.
func (p *pace) rest(start time.Time, interval, cost time.Duration) {
	p.due = false
	p.next = start.Add(max(interval, publishShare*cost))
}

// slowDown keeps the pace to how fast the machine is just now: on one with more to do than it has
// processors for, writing takes many times its processor time, and a room that went on as
// before would keep everybody from joining, voting, and reading what it sends.
func (rm *room) slowDown(p *pace, start time.Time, receivers int) {
	if publishShare*time.Duration(receivers)*rm.reg.opts.DeliveryCost < rm.reg.opts.PatchInterval {
		return // it cannot take much
	}
	p.leaving = true
	rm.reg.pub.Flushed(func() {
		took := time.Since(start)
		rm.post(func(*room, error) {
			p.leaving = false
			if next := start.Add(min(publishShare*took, longestRest)); next.After(p.next) {
				p.next = next
			}
		})
	})
}

// concerns notes that what a person alone may see has changed.
func (rm *room) concerns(user poll.UserID) {
	m := rm.presence.members[user]
	if m == nil {
		return
	}
	if m.patches > 0 {
		rm.show.me = append(rm.show.me, user)
	}
	if m.base > 0 {
		rm.show.ballots = append(rm.show.ballots, user)
	}
}

// changed notes that the document is no longer what was published.
func (s *show) changed() { s.patch.due = true }

// advanced notes that the poll has a new version. Where the document may have changed with it,
// changed says so.
func (s *show) advanced(now time.Time) {
	s.base.due = true
	s.version = now.Add(versionPause)
	if last := s.patched.Add(versionLimit); last.Before(s.version) {
		s.version = last
	}
}

// patchAt is when the next patch is due, if one is.
func (s *show) patchAt() (at time.Time, due bool) {
	switch {
	case s.patch.leaving, !s.patch.due && s.version.IsZero():
		return time.Time{}, false
	case s.patch.due, s.version.Before(s.patch.next):
		return s.patch.next, true
	}
	return s.version, true
}

// publish sends what is due.
func (rm *room) publish() {
	rm.publishMe()
	start := time.Now()
	if rm.presence.total.patches == 0 {
		rm.show.edition, rm.show.patch.due, rm.show.version = nil, false, time.Time{}
	} else if at, due := rm.show.patchAt(); rm.stopping || due && !start.Before(at) {
		rm.publishPatch(start)
	}
	rm.outgrow()
	start = time.Now()
	if rm.presence.total.base == 0 {
		rm.show.ballots, rm.show.base.due = nil, false
	} else if rm.show.base.ripe(start, rm.stopping) {
		rm.publishBase()
		rm.show.base.rest(start, rm.reg.opts.BaseInterval, rm.cost(start, rm.presence.total.base))
		rm.slowDown(&rm.show.base, start, rm.presence.total.base)
	} else if !rm.show.base.due {
		rm.publishBallots() // of which nobody else may learn
	}
}

// cost estimates what a publication takes: here what it took, and later, when
// its messages are written, what they will.
func (rm *room) cost(start time.Time, receivers int) time.Duration {
	return max(time.Since(start), time.Duration(receivers)*rm.reg.opts.DeliveryCost)
}

func (rm *room) publishMe() {
	for _, user := range distinct(rm.show.me) {
		rm.sendMe(user)
	}
	rm.show.me = nil
}

// publishOwn is publishMe for the author of an entry alone, right after the answer: then
// both leave in one write.
func (rm *room) publishOwn(author poll.UserID) {
	if last := len(rm.show.me) - 1; last >= 0 && rm.show.me[last] == author {
		rm.show.me = rm.show.me[:last]
		rm.sendMe(author)
	}
}

func (rm *room) sendMe(user poll.UserID) {
	if me, ok := rm.state.Me(user); ok && rm.presence.online(user) {
		rm.reg.pub.Me(rm.id, user, &me)
	}
}

// publishPatch sends the difference between the last edition and the present one, unless they
// are the same.
func (rm *room) publishPatch(start time.Time) {
	next, patch, err := rm.nextPatch()
	receivers := 0
	switch {
	case err != nil:
		rm.reg.log.Error("a patch was not made", slog.String("poll", rm.id), slog.Any("error", err))
	case patch.From != patch.To || string(patch.Patch) != noChange:
		receivers = rm.presence.total.patches
		rm.show.edition, rm.show.patched = next, start
		rm.reg.stats.patches.Add(1)
		rm.reg.stats.patchBytes.Add(uint64(len(patch.Patch)))
		rm.reg.pub.Patch(rm.id, patch)
	}
	rm.show.version = time.Time{}
	rm.show.patch.rest(start, rm.reg.opts.PatchInterval, rm.cost(start, receivers))
	rm.slowDown(&rm.show.patch, start, receivers)
}

// noChange is the patch that leaves a document as it is.
const noChange = "{}"

// nextPatch returns the present edition, and the patch that leads to it from the last. When
// people change their votes, nothing is made for it.
func (rm *room) nextPatch() (*Edition, wire.PollPatch, error) {
	last := rm.show.edition
	patch := wire.PollPatch{From: last.Version, To: rm.state.Public(), Patch: json.RawMessage(noChange)}
	if rm.isPresent(last) {
		return &Edition{Version: patch.To, Document: last.Document, shown: last.shown, json: last.json}, patch, nil
	}
	next := rm.newEdition()
	err := errors.Join(last.encode(), next.encode())
	if err != nil {
		return nil, patch, fmt.Errorf("live: encode the document: %w", err)
	}
	if patch.Patch, err = jsonpatch.CreateMergePatch(last.json, next.json); err != nil {
		return nil, patch, fmt.Errorf("live: compare documents: %w", err)
	}
	return next, patch, nil
}

// publishBase sends the view of all, then to each voter the one with their ballot.
func (rm *room) publishBase() {
	rm.reg.pub.Base(rm.id, rm.presentBase())
	rm.publishBallots()
}

// publishBallots sends voters the view with their own ballot in it.
func (rm *room) publishBallots() {
	for _, user := range distinct(rm.show.ballots) {
		if m := rm.presence.members[user]; m != nil && m.base > 0 {
			rm.reg.pub.BaseMe(rm.id, user, rm.presentBase(), rm.state.BaseOwn(user))
		}
	}
	rm.show.ballots = nil
}

func distinct(users []poll.UserID) []poll.UserID {
	slices.Sort(users)
	return slices.Compact(users)
}
