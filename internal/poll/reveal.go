package poll

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/caucus-live/caucus/internal/tally"
)

// The show of a count.
const (
	// StepTime is how long a show that plays stays on a step, at speed 1.
	StepTime = 5 * time.Second

	// MinSpeed and MaxSpeed bound how fast it plays.
	MinSpeed = 0.25
	MaxSpeed = 4.0

	// placesShown is how many of the last places a show names one by one; those
	// before them come in its first step.
	placesShown = 10
)

// A reveal is how far the result of a closed poll has been shown.
type reveal struct {
	step    int       // shown now, from 1; 0: none yet
	reached int       // the furthest step that was shown
	playing bool      // the next one follows in its time
	speed   float64   // 0 stands for 1
	since   time.Time // when the step, or the playing, began
	done    bool      // the result is everybody's
}

// A Reveal is how far the count of a closed poll has been shown, for a screen that
// plays it and for everybody who watches that screen.
type Reveal struct {
	Revealed bool    `json:"revealed"`        // the result is everybody's
	Step     int     `json:"step"`            // shown now; 0: nothing yet
	Steps    int     `json:"steps"`           // the last one is the result
	Playing  bool    `json:"playing"`         // steps follow one another without a command
	Speed    float64 `json:"speed"`           // of playing: 1 is a step every 5 seconds
	Shown    *Shown  `json:"shown,omitempty"` // what the steps so far tell; absent before the first one and once revealed
}

// Shown is what the steps of a count tell before its result is revealed: of instant
// runoff and STV a round a step; of the pairwise methods the duels, in one step; of the
// others the places from the last one up, a place a step.
type Shown struct {
	Rounds  []tally.Round    `json:"rounds,omitempty"`  // up to the step; only the last two where all are too long
	Ties    []tally.Tie      `json:"ties,omitempty"`    // of these rounds
	Matrix  [][]int64        `json:"matrix,omitempty"`  // [a][b]: ballots that rank a above b
	Options []string         `json:"options,omitempty"` // in the order of the matrix
	Order   []tally.Standing `json:"order,omitempty"`   // the places told so far, best first
}

// Revealed reports whether the poll is closed and everybody may see its result.
func (s *State) Revealed() bool { return s.phase == Closed && (!s.settings.Reveal || s.reveal.done) }

// NextStep is the command of System that the show of a count waits for, and when its
// time has come; zero while no show plays.
func (s *State) NextStep() (next PlayResult, at time.Time) {
	if s.phase != Closed || !s.reveal.playing {
		return PlayResult{}, time.Time{}
	}
	wait := time.Duration(float64(StepTime) / s.reveal.pace()).Truncate(time.Millisecond)
	return PlayResult{Step: s.reveal.step + 1}, s.reveal.since.Add(wait)
}

func (r *reveal) pace() float64 {
	if r.speed == 0 {
		return 1
	}
	return r.speed
}

// steps is how many steps the show of the count has.
func (s *State) steps() int {
	switch official := s.results.Official; {
	case s.ballots == 0:
		return 1
	case len(official.Rounds) > 0:
		return len(official.Rounds) + 1
	case official.Matrix != nil:
		return 2
	default:
		return min(len(official.Order), placesShown)
	}
}

func (RevealResult) check(s *State, e Entry) error {
	if err := s.checkHost(e.By); err != nil {
		return err
	}
	if err := s.checkCounted(); err != nil {
		return err
	}
	if s.Revealed() {
		return revealedAlready.Refuse()
	}
	return nil
}

func (s *State) checkCounted() error {
	if s.phase != Closed {
		return votingNotEnded.Refuse()
	}
	return nil
}

func (RevealResult) apply(s *State, _ Entry) Outcome {
	s.show(s.steps())
	return Outcome{Version: s.version}
}

func (c PlayResult) check(s *State, e Entry) error {
	if e.By != System {
		if err := s.checkHost(e.By); err != nil {
			return err
		}
	}
	if err := s.checkCounted(); err != nil {
		return err
	}
	switch next, at := s.NextStep(); {
	case !s.settings.Reveal:
		return shownAtClose.Refuse()
	case e.By == System && (at.IsZero() || e.At.Before(at) || c != next):
		return stepTooEarly.Refuse()
	case c.Step < 0 || c.Step > s.lastStep():
		return numberRange.Refuse("step", 1, s.lastStep())
	case c.Speed != 0 && !(c.Speed >= MinSpeed && c.Speed <= MaxSpeed):
		return speedRange.Refuse(MinSpeed, MaxSpeed)
	}
	return nil
}

func (c PlayResult) apply(s *State, e Entry) Outcome {
	r := &s.reveal
	if c.Speed != 0 {
		r.speed = c.Speed
	}
	if c.Playing != nil {
		r.playing = *c.Playing
	}
	r.since = e.At
	switch {
	case c.Step > 0:
		s.show(c.Step)
	case r.playing && (r.step == 0 || r.step == s.steps()):
		s.show(1) // from the start, or once more
	}
	return Outcome{Version: s.version}
}

// lastStep is the last step that a show may go to: the next one, and once the result is
// revealed any.
func (s *State) lastStep() int {
	if s.reveal.done {
		return s.steps()
	}
	return s.reveal.reached + 1
}

// show goes to a step. The last one ends the show, and reveals the result for good.
func (s *State) show(step int) {
	s.reveal.step, s.reveal.reached = step, max(s.reveal.reached, step)
	if step == s.steps() {
		s.reveal.playing, s.reveal.done = false, true
	}
}

// revealView is the Reveal of a poll that is closed; nil if its result needed none.
func (s *State) revealView() *Reveal {
	if s.phase != Closed || !s.settings.Reveal {
		return nil
	}
	r := &s.reveal
	view := &Reveal{Revealed: r.done, Step: r.step, Playing: r.playing, Speed: r.pace()}
	switch {
	case r.done:
		view.Steps = s.steps()
	case r.step > 0:
		view.Shown = shown(s.results.Official, r.step)
	}
	return view
}

// shown is what the steps up to one tell, which is not the last.
func shown(r *tally.Result, step int) *Shown {
	switch {
	case len(r.Rounds) > 0:
		return shownRounds(r, step)
	case r.Matrix != nil:
		return &Shown{Options: r.Options, Matrix: r.Matrix}
	}
	first := 0
	for first < len(r.Order) && r.Order[first].Place == 1 {
		first++
	}
	untold := min(len(r.Order), placesShown) - step
	return &Shown{Order: r.Order[max(untold, first):]}
}

func shownRounds(r *tally.Result, step int) *Shown {
	rounds, lines := r.Rounds[:step], 0
	for _, round := range rounds {
		lines += len(round.Tallies) + len(round.Transfers)
	}
	if lines > maxDigestLines {
		rounds = rounds[max(step-2, 0):]
	}
	view := &Shown{Rounds: slices.Clone(rounds)}
	for _, tie := range r.Ties {
		var number int
		if _, err := fmt.Sscanf(tie.Stage, "round %d ", &number); err == nil && number <= step && number >= rounds[0].Number {
			view.Ties = append(view.Ties, tie)
		}
	}
	return view
}

func (r *reveal) snapshot() *revealSnapshot {
	since := int64(0)
	if !r.since.IsZero() {
		since = r.since.UnixMilli()
	}
	return &revealSnapshot{Step: r.step, Reached: r.reached, Playing: r.playing, Speed: r.speed, Since: since, Done: r.done}
}

// restoreReveal restores how far the result of a closed poll has been shown.
func (s *State) restoreReveal(r *revealSnapshot) error {
	if r == nil {
		return nil
	}
	if s.phase != Closed || !s.settings.Reveal || r.Step < 0 || r.Step > r.Reached || r.Reached > s.steps() || r.Speed != 0 && !(r.Speed >= MinSpeed && r.Speed <= MaxSpeed) {
		return errors.New("the show of the result is not possible")
	}
	s.reveal = reveal{step: r.Step, reached: r.Reached, playing: r.Playing, speed: r.Speed, done: r.Done}
	if r.Since != 0 {
		s.reveal.since = time.UnixMilli(r.Since).UTC()
	}
	return nil
}
