package poll

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// snapshotFormat names the format of a snapshot, and changes with it.
const snapshotFormat = "caucus-state-2"

// A snapshot is a State as it is stored, in JSON. What follows from the rest is not
// in it: counts, the order of options, results.
type snapshot struct {
	Format      string               `json:"format"`
	Version     uint64               `json:"version"`
	Unseen      uint64               `json:"unseen,omitempty"` // of these entries
	Traffic     *Traffic             `json:"traffic,omitempty"`
	ID          string               `json:"id"`
	Settings    Settings             `json:"settings"`
	Limits      Limits               `json:"limits"`
	Rules       int                  `json:"rules,omitempty"`
	Created     int64                `json:"created"` // Unix time in milliseconds
	Expires     int64                `json:"expires"`
	Latest      int64                `json:"latest,omitempty"`
	FirstEnd    int64                `json:"firstExpires,omitempty"`
	Phase       Phase                `json:"phase"`
	Next        string               `json:"next,omitempty"`
	Admin       UserID               `json:"admin"`
	Seed        []byte               `json:"seed,omitempty"`
	Reveal      *revealSnapshot      `json:"reveal,omitempty"` // once it began
	Hosts       []UserID             `json:"hosts,omitempty"`
	Locked      bool                 `json:"locked,omitempty"`
	RoomLocked  bool                 `json:"roomLocked,omitempty"`
	LastOrder   uint64               `json:"lastOrder,omitempty"`  // where it is beyond Version
	LastJoined  uint64               `json:"lastJoined,omitempty"` // likewise
	Nominations []nominationSnapshot `json:"nominations"`          // in their order
	Waiting     []nominationSnapshot `json:"waiting,omitempty"`    // likewise
	Marks       string               `json:"marks,omitempty"`
	Unwelcome   []string             `json:"unwelcome,omitempty"` // from before
	People      []personSnapshot     `json:"people"`              // participants in the order in which they joined, then the others
}

type revealSnapshot struct {
	Step    int     `json:"step"`
	Reached int     `json:"reached"`
	Playing bool    `json:"playing,omitempty"`
	Speed   float64 `json:"speed,omitempty"`
	Since   int64   `json:"since"` // Unix time in milliseconds
	Done    bool    `json:"done,omitempty"`
}

type nominationSnapshot struct {
	ID     NominationID         `json:"id"`
	By     UserID               `json:"by"`
	Text   Text                 `json:"text"`
	Note   string               `json:"note,omitempty"`
	Link   string               `json:"link,omitempty"`
	Order  uint64               `json:"order"`
	Given  bool                 `json:"given,omitempty"`
	Merged []nominationSnapshot `json:"merged,omitempty"`
}

type personSnapshot struct {
	ID       UserID   `json:"id"`
	Name     string   `json:"n,omitempty"`
	Key      string   `json:"k,omitempty"`
	Standing standing `json:"s,omitempty"`
	Joined   uint64   `json:"j,omitempty"`
	Left     uint64   `json:"l,omitempty"`
	Came     int64    `json:"t,omitempty"` // Unix time in milliseconds
	Watches  bool     `json:"w,omitempty"`
	Device   string   `json:"d,omitempty"`
	Ballot   *ballot  `json:"b,omitempty"`
	Commands []byte   `json:"c,omitempty"` // of the history; in a big poll they are most of the snapshot
}

// Snapshot encodes the state for Restore. Equal states have equal snapshots.
func (s *State) Snapshot() []byte { return s.Freeze().Encode() }

// A Frozen is a State as it was, on its way to a snapshot.
type Frozen struct{ snap snapshot }

// Freeze copies of the state what a snapshot holds, but for ballots and histories, which it
// shares. It takes a small part of the time that Encode takes, so that the state can go on
// meanwhile.
func (s *State) Freeze() *Frozen {
	snap := snapshot{
		Format:   snapshotFormat,
		Version:  s.version,
		Unseen:   s.unseen,
		ID:       s.id,
		Settings: s.settings,
		Limits:   s.limits,
		Rules:    s.rules,
		Created:  s.created.UnixMilli(),
		Expires:  s.expires.UnixMilli(),
		Phase:    s.phase,
		Next:     s.next,
		Admin:    s.admin,
		Hosts:    s.Hosts(),
		Locked:   s.locked,

		Marks:     s.marks,
		Unwelcome: s.before,

		RoomLocked: s.roomLocked,
		Seed:       s.seed,
		People:     make([]personSnapshot, 0, len(s.people)),
	}
	if !s.latest.IsZero() {
		snap.Latest = s.latest.UnixMilli()
	}
	if !s.firstExpires.IsZero() {
		snap.FirstEnd = s.firstExpires.UnixMilli()
	}
	if s.traffic != (Traffic{}) && s.rules > 1 { // earlier polls have snapshots without it, and are over soon
		snap.Traffic = new(s.traffic)
	}
	if s.reveal != (reveal{}) {
		snap.Reveal = s.reveal.snapshot()
	}
	if s.lastOrder > s.version {
		snap.LastOrder = s.lastOrder
	}
	if s.lastJoined > s.version {
		snap.LastJoined = s.lastJoined
	}
	snap.Nominations, snap.Waiting = snapshots(s.ordered()), snapshots(inOrder(maps.Values(s.waiting)))
	for p := range s.joined() {
		snap.People = append(snap.People, p.snapshot())
	}
	here := len(snap.People)
	for _, p := range s.people {
		if p.standing != present {
			snap.People = append(snap.People, p.snapshot())
		}
	}
	slices.SortFunc(snap.People[here:], func(a, b personSnapshot) int { return cmp.Compare(a.ID, b.ID) })
	return &Frozen{snap}
}

// Encode encodes what was frozen for Restore.
func (f *Frozen) Encode() []byte {
	data, err := f.encode()
	if err != nil {
		panic(err) //nolint:forbidigo // strings, numbers and times that check has let pass can be encoded
	}
	return data
}

// encode writes one person after another, so that those of a big poll are not in memory several
// times.
func (f *Frozen) encode() ([]byte, error) {
	const end = "]}" // of the people, who are the last field, and of the snapshot
	head := f.snap
	head.People = []personSnapshot{}
	data, err := encode(head)
	if err != nil {
		return nil, err
	}
	size := len(data)
	for i := range f.snap.People {
		size += f.snap.People[i].size()
	}
	b := bytes.NewBuffer(make([]byte, 0, size))
	b.Write(bytes.TrimSuffix(data, []byte(end)))
	e := newEncoder(b)
	for i := range f.snap.People {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := e.Encode(&f.snap.People[i]); err != nil {
			return nil, err
		}
		b.Truncate(b.Len() - 1) // the newline
	}
	b.WriteString(end)
	return b.Bytes(), nil
}

// size is how many bytes the person takes, or a little more.
func (p *personSnapshot) size() int {
	const fields, ballot, option = 72, 20, 4 // bytes, beside the texts
	n := fields + len(p.ID) + len(p.Name) + len(p.Key) + len(p.Device) + base64.StdEncoding.EncodedLen(len(p.Commands))
	if p.Ballot != nil {
		n += ballot + len(p.Ballot.Receipt) + option*len(p.Ballot.Ranking)
	}
	return n
}

func snapshots(nominations []*nomination) (all []nominationSnapshot) {
	for _, n := range nominations {
		all = append(all, nominationSnapshot{n.id, n.by, n.text, n.note, n.link, n.order, n.given, snapshots(n.merged)})
	}
	return all
}

func (p *person) snapshot() personSnapshot {
	snap := personSnapshot{ID: p.id, Name: p.name, Key: p.key, Standing: p.standing, Joined: p.joined, Left: p.left, Watches: p.spectates, Device: p.device, Ballot: p.ballot, Commands: p.commands.encoded}
	if !p.came.IsZero() {
		snap.Came = p.came.UnixMilli()
	}
	return snap
}

// Restore returns the state that Snapshot has encoded, and keeps nothing of data. It
// fails for a snapshot that is damaged, or of another version of the program: the
// way out is to apply the log from its start. A closed poll is counted again.
func Restore(data []byte) (*State, error) {
	s, err := restore(data)
	if err != nil {
		return nil, fmt.Errorf("poll: a snapshot is damaged, or of another version than this program: %w", err)
	}
	return s, nil
}

func restore(data []byte) (*State, error) {
	var snap snapshot
	if err := decode(data, &snap); err != nil {
		return nil, err
	}
	if snap.Format != snapshotFormat {
		return nil, fmt.Errorf("its format is %q", snap.Format)
	}
	s := New()
	if s.version, s.unseen = snap.Version, snap.Unseen; s.unseen > s.version {
		return nil, errors.New("it has more entries unseen than there are")
	}
	if snap.Traffic != nil {
		s.traffic = *snap.Traffic
	}
	if s.traffic.Bytes < 0 || s.traffic.Entries > s.version-s.unseen {
		return nil, errors.New("more people came and went than there are entries")
	}
	if snap.ID == "" {
		return s, nil
	}
	for _, step := range []func(*snapshot) error{s.restoreLife, s.restoreNominations, s.restorePeople} {
		if err := step(&snap); err != nil {
			return nil, err
		}
	}
	if s.phase != Closed {
		return s, s.restoreReveal(snap.Reveal)
	}
	var err error
	if s.results, err = s.count(); err != nil {
		return nil, err
	}
	return s, s.restoreReveal(snap.Reveal)
}

func (s *State) restoreLife(snap *snapshot) error {
	s.id, s.settings, s.limits, s.phase, s.admin, s.seed = snap.ID, snap.Settings, snap.Limits, snap.Phase, snap.Admin, snap.Seed
	s.next = snap.Next
	s.goOn(snap.Marks, snap.Unwelcome)
	s.rules, s.roomLocked, s.lastJoined = snap.Rules, snap.RoomLocked, snap.LastJoined
	s.created, s.expires = time.UnixMilli(snap.Created).UTC(), time.UnixMilli(snap.Expires).UTC()
	if snap.Latest != 0 {
		s.latest = time.UnixMilli(snap.Latest).UTC()
	}
	if snap.FirstEnd != 0 {
		s.firstExpires = time.UnixMilli(snap.FirstEnd).UTC()
	}
	if err := s.settings.Check(); err != nil {
		return err
	}
	if err := s.limits.Check(); err != nil {
		return err
	}
	if err := checkLife(s.created, s.expires, s.settings.ClosesAt); err != nil {
		return err
	}
	opened := len(s.seed) > 0
	if s.phase == Cancelled || s.phase == Lobby && !opened || (s.phase == Voting || s.phase == Closed) && opened {
		return nil
	}
	return fmt.Errorf("a poll cannot be in the phase %q", s.phase)
}

func (s *State) restoreNominations(snap *snapshot) error {
	s.locked, s.lastOrder = snap.Locked, snap.LastOrder
	if len(snap.Nominations)+len(snap.Waiting) > s.limits.Nominations || snap.LastOrder > 0 && snap.LastOrder <= snap.Version {
		return errors.New("there are too many nominations")
	}
	seen := make(map[NominationID]bool)
	for _, list := range []struct {
		from []nominationSnapshot
		to   map[NominationID]*nomination
	}{{snap.Nominations, s.nominations}, {snap.Waiting, s.waiting}} {
		for i := range list.from {
			n, err := s.restoreNomination(&list.from[i], seen)
			if err != nil || i > 0 && n.order <= list.from[i-1].Order {
				return fmt.Errorf("nomination %d is not possible", i)
			}
			list.to[n.id] = n
		}
	}
	if len(s.seed) > 0 {
		s.fixOptions()
	}
	return nil
}

// restoreNomination restores a nomination that must not be among those seen.
func (s *State) restoreNomination(record *nominationSnapshot, seen map[NominationID]bool) (*nomination, error) {
	n := &nomination{id: record.ID, by: record.By, text: record.Text, note: record.Note, link: record.Link, order: record.Order, given: record.Given}
	o := Option{ID: n.id, Text: n.text, Note: n.note, Link: n.link}
	if _, same := s.byKey[n.text.Key]; same || seen[n.id] || !validID(n.id) || o.check() != nil {
		return nil, errors.New("the nomination is not possible")
	}
	seen[n.id], s.byKey[n.text.Key] = true, n.id
	for i := range record.Merged {
		m := &record.Merged[i]
		if m.Text.Key == n.text.Key {
			delete(s.byKey, m.Text.Key)
		}
		merged, err := s.restoreNomination(m, seen)
		if err != nil || len(merged.merged) > 0 {
			return nil, errors.New("a merged nomination is not possible")
		}
		s.byKey[m.Text.Key] = n.id
		n.merged = append(n.merged, merged)
	}
	return n, nil
}

func (s *State) restorePeople(snap *snapshot) error {
	for i, record := range snap.People {
		p, err := s.restorePerson(&record)
		if err != nil {
			return fmt.Errorf("person %d: %w", i, err)
		}
		s.people[p.id] = p
	}
	for _, list := range []map[NominationID]*nomination{s.nominations, s.waiting} {
		for _, n := range list {
			if s.people[n.by] == nil || slices.ContainsFunc(n.merged, func(m *nomination) bool { return s.people[m.by] == nil }) {
				return errors.New("a nomination has no author")
			}
			s.counts(n, 1)
		}
	}
	for _, id := range snap.Hosts {
		if p := s.people[id]; p == nil || p.standing == removed || s.IsHost(id) {
			return errors.New("a host is not possible")
		}
		s.hosts[id] = true
	}
	if admin := s.people[s.admin]; admin == nil || admin.standing == removed {
		return errors.New("the poll has no admin")
	}
	return nil
}

func (s *State) restorePerson(record *personSnapshot) (*person, error) {
	p := &person{id: record.ID, name: record.Name, key: record.Key, joined: record.Joined, left: record.Left, standing: record.Standing, spectates: record.Watches, device: record.Device}
	if record.Came != 0 {
		p.came = time.UnixMilli(record.Came).UTC()
	}
	if !validID(p.id) || s.people[p.id] != nil || p.standing > waiting {
		return nil, errors.New("the id or the standing is not possible")
	}
	if p.key != "" {
		if s.names[p.key] || s.rules == 0 {
			return nil, errors.New("the name is not possible")
		}
		s.names[p.key] = true
	}
	if p.standing == present {
		if s.last != nil && p.joined <= s.last.joined {
			return nil, errors.New("the participants are not in their order")
		}
		s.enter(p)
	}
	switch p.standing {
	case waiting:
		s.newcomers[p.id] = p
	case removed:
		s.bar(p)
	case away, present:
	}
	if record.Ballot != nil {
		if err := s.restoreBallot(p, record.Ballot); err != nil {
			return nil, err
		}
	}
	var err error
	p.commands, err = restoreHistory(record.Commands)
	return p, err
}

func (s *State) restoreBallot(p *person, b *ballot) error {
	ranking := slices.Clone(b.Ranking)
	slices.Sort(ranking)
	p.ballot = b
	ranks := p.ballot.rankList()
	fits := len(ranking) <= s.settings.VotesPerVoter
	if s.settings.EqualRanks {
		fits = s.settings.ValidRanks(ranks, len(ranking), len(s.options))
	}
	if p.standing != present || !fits || ranks != nil && !s.settings.EqualRanks || len(slices.Compact(ranking)) != len(b.Ranking) ||
		len(ranking) > 0 && int(slices.Max(ranking)) >= len(s.options) {
		return errors.New("the ballot is not possible")
	}
	s.ballots++
	return nil
}
