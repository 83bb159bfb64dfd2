package poll

import "time"

// lastYear bounds times to those that JSON can hold.
const lastYear = 9999

// maxID is the longest id of a poll, a person or a nomination, in bytes.
const maxID = 20

func (c Create) check(s *State, e *Entry) error {
	if s.id != "" {
		return refuse(WrongPhase, "This poll exists already.")
	}
	if !validID(c.PollID) || !validID(c.Admin) || e.By != c.Admin {
		return refuse(BadRequest, "A poll needs an id, and an admin who opens it.")
	}
	if err := c.Settings.Check(); err != nil {
		return err
	}
	if err := c.Limits.Check(); err != nil {
		return err
	}
	return checkLife(e.At, c.Expires, c.Settings.ClosesAt)
}

func checkLife(created, expires, closesAt time.Time) error {
	if created.Year() < 1970 || !expires.After(created) || !closesAt.IsZero() && !closesAt.After(created) ||
		expires.UTC().Year() > lastYear || closesAt.UTC().Year() > lastYear {
		return refuse(BadRequest, "A poll must close and expire after it is created.")
	}
	return nil
}

func (c Create) apply(s *State, e *Entry) Outcome {
	s.id, s.admin, s.limits = c.PollID, c.Admin, c.Limits
	s.settings = c.Settings
	s.settings.ClosesAt = truncate(c.Settings.ClosesAt)
	s.created, s.expires = e.At, truncate(c.Expires)
	s.phase = Lobby
	s.people[c.Admin] = &person{id: c.Admin}
	return Outcome{Version: s.version}
}

func (Cancel) check(s *State, e *Entry) error { return s.checkAdmin(e.By) }

func (Cancel) apply(s *State, _ *Entry) Outcome {
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
