package poll

import (
	"math"
	"time"
)

// timer returns when voting ends that ends some seconds after a moment; zero for none.
func (s *State) timer(from time.Time, seconds int) (time.Time, error) {
	end := votingEnd(s.created, s.expires)
	if seconds == 0 {
		return time.Time{}, nil
	}
	if most := int(math.Floor(end.Sub(from).Seconds())); seconds < 1 || seconds > most {
		return time.Time{}, timerRange.Refuse(max(most, 1))
	}
	return from.Add(time.Duration(seconds) * time.Second), nil
}

func (c SetTimer) check(s *State, e Entry) error {
	if err := s.checkHost(e.By); err != nil {
		return err
	}
	if err := s.checkVoting(); err != nil {
		return err
	}
	if !e.At.Before(s.ClosesAt()) {
		return votingEnded.Refuse()
	}
	if c.Extend && c.Seconds == 0 {
		return noSeconds.Refuse()
	}
	_, err := s.timer(c.from(s, e), c.Seconds)
	return err
}

func (c SetTimer) from(s *State, e Entry) time.Time {
	if c.Extend {
		return s.ClosesAt()
	}
	return e.At
}

func (c SetTimer) apply(s *State, e Entry) Outcome {
	s.settings.ClosesAt, _ = s.timer(c.from(s, e), c.Seconds) // which check has let pass
	return Outcome{Version: s.version}
}

func (Reopen) check(s *State, e Entry) error {
	if err := s.checkHost(e.By); err != nil {
		return err
	}
	if err := s.checkCounted(); err != nil {
		return err
	}
	switch {
	case s.Revealed() || s.reveal.reached > 0:
		return resultShown.Refuse()
	case !e.At.Before(votingEnd(s.created, s.expires)):
		return tooLateToVote.Refuse(votingEnd(s.created, s.expires))
	}
	return nil
}

func (Reopen) apply(s *State, e Entry) Outcome {
	s.phase, s.results, s.reveal = Voting, nil, reveal{}
	if !e.At.Before(s.ClosesAt()) {
		s.settings.ClosesAt = time.Time{}
	}
	return Outcome{Version: s.version}
}
