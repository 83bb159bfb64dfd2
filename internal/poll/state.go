package poll

import (
	"errors"
	"fmt"
	"iter"
	"time"
	"unicode/utf8"
)

// ErrSequence says that an entry was not the next one of the log.
var ErrSequence = errors.New("poll: entry out of sequence")

// A State is what a poll has become by the entries applied so far. The zero value
// is not ready for use; see New and Restore.
type State struct {
	version uint64 // the sequence of the last entry
	unseen  uint64 // entries that nobody but their author may know of
	shown   uint64 // see Shown
	traffic Traffic

	// From Create; only a host changes them.
	id       string
	settings Settings
	limits   Limits
	rules    int
	created  time.Time
	expires  time.Time
	latest   time.Time // up to which it can be extended; zero: not at all

	firstExpires time.Time // before it was extended; zero: it was not

	next  string // the poll that runs this one again
	phase Phase
	admin UserID
	hosts map[UserID]bool // beside the admin

	people       map[UserID]*person // everybody who ever took part, and the admin
	first, last  *person            // the participants, in the order in which they joined
	participants int
	spectators   int                // among the participants
	newcomers    map[UserID]*person // who wait for a host to let them in
	lastJoined   uint64             // of the newest participant, or newcomer; see takePlace
	barred       int                // people who were removed
	unwelcome    map[string]bool    // their devices, and those of before
	before       []string           // devices of those who were removed from the polls that this one runs again
	marks        string             // see Marks; "" for the poll's own
	roomLocked   bool               // nobody new comes in
	names        map[string]bool    // keys of the names that are taken
	namesakes    map[string]int     // by key: no number below is free; a help, and nothing that is kept

	nominations map[NominationID]*nomination
	byKey       map[string]NominationID
	options     []*nomination                // the nominations in their order; from StartVote on
	waiting     map[NominationID]*nomination // for a host to let them in; in the lobby
	locked      bool                         // hosts alone nominate
	lastOrder   uint64                       // of the newest nomination

	seed      []byte // from StartVote on
	committed string // see commitment; made when first needed
	ballots   int    // cast
	results   *Results
	reveal    reveal
}

// New returns the state before the first entry.
func New() *State {
	return &State{
		hosts:       make(map[UserID]bool),
		names:       make(map[string]bool),
		namesakes:   make(map[string]int),
		people:      make(map[UserID]*person),
		newcomers:   make(map[UserID]*person),
		unwelcome:   make(map[string]bool),
		nominations: make(map[NominationID]*nomination),
		byKey:       make(map[string]NominationID),
		waiting:     make(map[NominationID]*nomination),
	}
}

// Apply carries out the entry with the given sequence, which must be the one after
// Version; otherwise the error is ErrSequence and nothing happens. It keeps nothing
// of e that the caller may change later.
//
// When Apply returns nil the entry is carried out, or it repeats a command that was
// (see Repeated) and the outcome is that one's, with its earlier version. An *Error
// says that the entry is refused: it has its place in the log but no effect. So it
// is with any other error, which would be a failed count and a fault of the program.
func (s *State) Apply(seq uint64, e Entry) (Outcome, error) {
	if seq != s.version+1 {
		return Outcome{}, fmt.Errorf("%w: %d after %d", ErrSequence, seq, s.version)
	}
	s.version = seq
	if s.hides(e) {
		s.unseen++
	}
	s.traffic.count(e)
	e.At = truncate(e.At)
	if err := s.check(e); err != nil {
		return Outcome{}, err
	}
	if outcome, ok := s.Repeated(e.By, e.CommandID); ok {
		return outcome, nil
	}
	if err := e.Command.check(s, e); err != nil {
		return Outcome{}, err
	}
	if _, closes := e.Command.(Close); closes {
		var err error
		if s.results, err = s.count(); err != nil {
			return Outcome{}, err
		}
	}
	if s.shows(e) {
		s.shown++
	}
	outcome := e.Command.apply(s, e)
	outcome.Version = s.Public()
	if p := s.people[e.By]; p != nil && e.CommandID != "" {
		p.commands.remember(e.CommandID, outcome)
	}
	return outcome, nil
}

// Check returns the *Error with which Apply would refuse e if it came next, or nil.
// It changes nothing.
func (s *State) Check(e Entry) error {
	e.At = truncate(e.At)
	if err := s.check(e); err != nil {
		return err
	}
	if _, ok := s.Repeated(e.By, e.CommandID); ok {
		return nil
	}
	return e.Command.check(s, e)
}

// Repeated returns the outcome of the accepted command that the user has called
// commandID. Sending it again changes nothing and has this outcome. A state
// remembers the last [RememberedCommands] of every user, but none of System's nor of
// a removed participant's.
func (s *State) Repeated(by UserID, commandID string) (Outcome, bool) {
	if p := s.people[by]; p != nil && commandID != "" {
		return p.commands.recall(commandID)
	}
	return Outcome{}, false
}

// check applies the rules that all commands share.
func (s *State) check(e Entry) error {
	_, creates := e.Command.(Create)
	switch {
	case e.Command == nil:
		return noCommand.Refuse()
	case len(e.CommandID) > MaxCommandID || !utf8.ValidString(e.CommandID):
		return LongCommandID.Refuse(MaxCommandID)
	case s.id == "" && !creates:
		return noSuchPoll.Refuse()
	case s.IsRemoved(e.By):
		return removedPerson.Refuse()
	case s.phase == Cancelled:
		return cancelledPoll.Refuse()
	}
	return nil
}

// The rules that many commands share.

func (s *State) checkAdmin(by UserID) error {
	if by != s.admin {
		return adminOnly.Refuse()
	}
	return nil
}

func (s *State) checkHost(by UserID) error {
	if !s.IsHost(by) {
		return HostsOnly.Refuse()
	}
	return nil
}

func (s *State) checkParticipant(by UserID) error {
	if !s.IsParticipant(by) {
		return NotTakingPart.Refuse()
	}
	return nil
}

func (s *State) checkLobby() error {
	if s.phase == Voting {
		return votingStarted.Refuse()
	}
	return s.checkNotOver()
}

func (s *State) checkVoting() error {
	if s.phase == Lobby {
		return votingNotStarted.Refuse()
	}
	return s.checkNotOver()
}

func (s *State) checkNotOver() error {
	if s.phase == Closed {
		return votingEnded.Refuse()
	}
	return nil
}

// Version is the sequence of the last entry applied, refused ones included.
func (s *State) Version() uint64 { return s.version }

// Public is the version that people are told. It is Version, but where turnout is not
// shown ballots do not advance it: it would reveal when each was cast.
func (s *State) Public() uint64 { return s.version - s.unseen }

// Shown counts what may have changed the Document since the State was made. It does not count
// a ballot that replaces one, or whose voter nobody may know of.
func (s *State) Shown() uint64 { return s.shown }

// Traffic is what people who come and go have made of the log.
func (s *State) Traffic() Traffic { return s.traffic }

// Knows reports whether the poll remembers the user: as one who is in it, waits, left not
// too long ago, or was removed.
func (s *State) Knows(id UserID) bool { return s.people[id] != nil }

// hides reports whether others may not know of an entry: of a ballot, also of one that comes too late.
func (s *State) hides(e Entry) bool {
	_, cast := e.Command.(Cast)
	return cast && s.rules > 0 && (s.rules > 2 || s.phase == Voting) && !s.settings.ShowTurnout
}

// shows reports whether an entry, which will be accepted, may change the Document.
func (s *State) shows(e Entry) bool {
	_, cast := e.Command.(Cast)
	return !cast || s.turnoutShown() && !s.HasVoted(e.By)
}

// HidesBallots reports whether nobody may know of a ballot but its voter, now: while voting is open,
// and after it until the result is revealed.
func (s *State) HidesBallots() bool { return s.rules > 0 && s.phase != Lobby && !s.turnoutShown() }

// HasVoted reports whether a participant has cast a ballot.
func (s *State) HasVoted(id UserID) bool {
	p := s.people[id]
	return p != nil && p.ballot != nil
}

// BallotCount is how many ballots were cast, each voter's last, whether or not others may
// know that.
func (s *State) BallotCount() int { return s.ballots }

// Phase is the poll's, or "" before the first entry.
func (s *State) Phase() Phase { return s.phase }

// Admin is who runs the poll, whether or not they take part at the moment.
func (s *State) Admin() UserID { return s.admin }

// Settings are those of the moment.
func (s *State) Settings() Settings { return s.settings }

// Expires is when the poll and all tokens for it end.
func (s *State) Expires() time.Time { return s.expires }

// Created is when the poll was made.
func (s *State) Created() time.Time { return s.created }

// Latest is up to when the poll can be extended: Expires, or later.
func (s *State) Latest() time.Time {
	if s.latest.After(s.expires) {
		return s.latest
	}
	return s.expires
}

// FirstExpires is when the poll was to end before it was extended. Tokens that were issued
// until then say that they end there.
func (s *State) FirstExpires() time.Time {
	if s.firstExpires.IsZero() {
		return s.expires
	}
	return s.firstExpires
}

// ClosesAt is when voting ends on its own at the latest: at the time its settings
// say, or an eighth of the poll's life before it expires. From then on ballots are
// refused, and System is expected to append Close.
func (s *State) ClosesAt() time.Time {
	end := votingEnd(s.created, s.expires)
	if at := s.settings.ClosesAt; !at.IsZero() && at.Before(end) {
		return at
	}
	return end
}

// ParticipantCount is how many people take part.
func (s *State) ParticipantCount() int { return s.participants }

// Participants yields who takes part, in the order in which they joined. The state
// must not be changed meanwhile.
func (s *State) Participants() iter.Seq[UserID] {
	return func(yield func(UserID) bool) {
		for p := range s.joined() {
			if !yield(p.id) {
				return
			}
		}
	}
}

// IsParticipant reports whether the user takes part: joined, and neither left nor
// was removed.
func (s *State) IsParticipant(id UserID) bool {
	p := s.people[id]
	return p != nil && p.standing == present
}

// IsRemoved reports whether the admin has ended the user's rights.
func (s *State) IsRemoved(id UserID) bool {
	p := s.people[id]
	return p != nil && p.standing == removed
}
