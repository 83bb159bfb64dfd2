package poll

import "time"

// lastYear bounds times to those that JSON can hold.
const lastYear = 9999

// maxID is the longest id of a poll, a person or a nomination, in bytes.
const maxID = 20

// Rules are the rules that new polls follow. Where a later version decides about the same
// command in another way, it has a higher number, and asks for it: a log must mean what it
// meant when it was written. Since 1, names are distinct. Since 2, a poll forgets people
// who came and went instead of filling up with them. Since 3, people take nothing back but what
// they nominated, and where turnout is hidden no ballot advances the public version.
const Rules = 3

func (c Create) check(s *State, e Entry) error {
	if s.id != "" {
		return pollExists.Refuse()
	}
	if !validID(c.PollID) || !validID(c.Admin) || e.By != c.Admin {
		return incompletePoll.Refuse()
	}
	if c.Rules < 0 || c.Rules > Rules {
		return newerPoll.Refuse()
	}
	if err := c.Settings.Check(); err != nil {
		return err
	}
	if err := c.Limits.Check(); err != nil {
		return err
	}
	if err := checkLife(e.At, c.Expires, c.Settings.ClosesAt); err != nil {
		return err
	}
	if !c.Latest.IsZero() && (c.Latest.Before(c.Expires) || c.Latest.UTC().Year() > lastYear) {
		return extendedBackwards.Refuse()
	}
	if err := c.checkPeople(); err != nil {
		return err
	}
	return c.checkOptions()
}

func (c *Create) checkOptions() error {
	if len(c.Options) > c.Limits.Nominations {
		return tooManyNominations.Refuse(c.Limits.Nominations)
	}
	ids, keys := make(map[NominationID]bool), make(map[string]bool)
	for i := range c.Options {
		o := &c.Options[i]
		if err := o.check(); err != nil {
			return err
		}
		if !validID(o.ID) || ids[o.ID] || keys[o.Text.Key] {
			return sameOptions.Refuse()
		}
		ids[o.ID], keys[o.Text.Key] = true, true
	}
	return nil
}

func checkLife(created, expires, closesAt time.Time) error {
	if created.Year() < 1970 || !expires.After(created) || !closesAt.IsZero() && !closesAt.After(created) ||
		expires.UTC().Year() > lastYear || closesAt.UTC().Year() > lastYear {
		return endBeforeStart.Refuse()
	}
	return nil
}

func (c Create) apply(s *State, e Entry) Outcome {
	s.id, s.admin, s.limits, s.rules = c.PollID, c.Admin, c.Limits, c.Rules
	s.settings = c.Settings
	s.settings.ClosesAt = truncate(c.Settings.ClosesAt)
	s.created, s.expires = e.At, truncate(c.Expires)
	if !c.Latest.IsZero() {
		s.latest = truncate(c.Latest)
	}
	s.phase = Lobby
	s.people[c.Admin] = &person{id: c.Admin}
	s.welcomeBack(c.People)
	s.goOn(c.Marks, c.Unwelcome)
	for _, o := range c.Options {
		n := s.newNomination(o, c.Admin)
		n.given = true
		s.nominations[o.ID] = n
		s.byKey[o.Text.Key] = o.ID
	}
	return Outcome{Version: s.version}
}

func (c Extend) check(s *State, e Entry) error {
	if err := s.checkAdmin(e.By); err != nil {
		return err
	}
	return s.CheckExpires(c.Expires, s.Latest())
}

// CheckExpires returns the *Error with which it is refused to have the poll end at a time,
// or at any time after the latest; nil if it can.
func (s *State) CheckExpires(expires, latest time.Time) error {
	switch {
	case !expires.After(s.expires):
		return notLater.Refuse(s.expires)
	case expires.After(latest):
		return longestLife.Refuse(latest)
	}
	return nil
}

func (c Extend) apply(s *State, _ Entry) Outcome {
	if s.firstExpires.IsZero() {
		s.firstExpires = s.expires
	}
	s.expires = truncate(c.Expires)
	return Outcome{Version: s.version}
}

func (Cancel) check(s *State, e Entry) error { return s.checkAdmin(e.By) }

func (Cancel) apply(s *State, _ Entry) Outcome {
	s.phase, s.results, s.reveal = Cancelled, nil, reveal{}
	return Outcome{Version: s.version}
}

// validID reports whether an id is 1 to 20 visible characters of ASCII.
func validID[T ~string](id T) bool {
	if len(id) < 1 || len(id) > maxID {
		return false
	}
	for _, c := range []byte(id) {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return true
}
