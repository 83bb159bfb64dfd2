package poll_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/tally"
)

// A model is the rules of a poll in their plainest form.
type model struct {
	create      poll.Create
	created     time.Time
	phase       poll.Phase
	admin       poll.UserID
	known       map[poll.UserID]bool
	present     map[poll.UserID]bool
	removed     map[poll.UserID]bool
	nominations map[poll.NominationID]proposal
	ballots     map[poll.UserID]poll.Cast
	outcomes    map[string]poll.Outcome // by user and commandID
}

type proposal struct {
	by  poll.UserID
	key string
}

func newModel(c poll.Create, at time.Time) *model {
	return &model{
		create: c, created: at, phase: poll.Lobby, admin: c.Admin,
		known: map[poll.UserID]bool{c.Admin: true}, present: map[poll.UserID]bool{}, removed: map[poll.UserID]bool{},
		nominations: map[poll.NominationID]proposal{}, ballots: map[poll.UserID]poll.Cast{},
		outcomes: map[string]poll.Outcome{},
	}
}

func (m *model) made(by poll.UserID) (n int) {
	for _, p := range m.nominations {
		if p.by == by {
			n++
		}
	}
	return n
}

func (m *model) has(key string) bool {
	return slices.ContainsFunc(slices.Collect(maps.Values(m.nominations)), func(p proposal) bool { return p.key == key })
}

func (m *model) late(at time.Time) bool {
	end := m.create.Expires.Add(-m.create.Expires.Sub(m.created) / 8)
	if c := m.create.Settings.ClosesAt; !c.IsZero() && c.Before(end) {
		end = c
	}
	return !at.Before(end)
}

// A rule refuses with its code if it is broken. The first broken one decides.
type rule struct {
	broken bool
	code   poll.Code
}

func (m *model) verdict(e poll.Entry) poll.Code {
	rules := append([]rule{{m.removed[e.By], poll.Unauthorized}, {m.phase == poll.Cancelled, poll.WrongPhase}}, m.rules(e)...)
	for _, r := range rules {
		if r.broken {
			return r.code
		}
	}
	return ""
}

func (m *model) rules(e poll.Entry) []rule {
	admin, present := rule{e.By != m.admin, poll.Unauthorized}, rule{!m.present[e.By], poll.Unauthorized}
	lobby, voting := rule{m.phase != poll.Lobby, poll.WrongPhase}, rule{m.phase != poll.Voting, poll.WrongPhase}
	s, l := m.create.Settings, m.create.Limits
	switch c := e.Command.(type) {
	case poll.Join:
		if e.By == m.admin || m.present[e.By] {
			return nil
		}
		return []rule{
			{!m.known[e.By] && m.phase == poll.Closed, poll.WrongPhase},
			{len(m.present) >= l.Participants, poll.Limit},
			{!m.known[e.By] && len(m.known) >= 4*l.Participants, poll.Limit},
		}
	case poll.Leave:
		return []rule{present}
	case poll.Nominate:
		_, taken := m.nominations[c.ID]
		return []rule{
			present, lobby,
			{taken, poll.BadRequest},
			{m.has(c.Text.Key), poll.Duplicate},
			{m.made(e.By) >= s.NominationsPerVoter, poll.Limit},
			{len(m.nominations) >= l.Nominations, poll.Limit},
		}
	case poll.RemoveNomination:
		n, ok := m.nominations[c.ID]
		return []rule{
			{e.By != m.admin && !m.present[e.By], poll.Unauthorized},
			lobby,
			{!ok, poll.NotFound},
			{e.By != m.admin && e.By != n.by, poll.Unauthorized},
		}
	case poll.RemoveParticipant:
		return []rule{
			admin,
			{m.phase == poll.Closed, poll.WrongPhase},
			{c.ID == m.admin, poll.BadRequest},
			{!m.known[c.ID] || m.removed[c.ID], poll.NotFound},
		}
	case poll.MakeAdmin:
		return []rule{admin, {!m.present[c.ID], poll.NotFound}}
	case poll.StartVote:
		need := s.VotesPerVoter
		if s.AllowPartial {
			need = 2
		}
		return []rule{admin, lobby, {len(m.nominations) < need, poll.BadRequest}, {m.late(e.At), poll.WrongPhase}}
	case poll.Cast:
		_, voted := m.ballots[e.By]
		return append([]rule{
			present, voting,
			{m.late(e.At), poll.WrongPhase},
			{voted && !s.ChangeableVote, poll.Duplicate},
			{len(c.Ranking) > s.VotesPerVoter || len(c.Ranking) < s.VotesPerVoter && !s.AllowPartial, poll.BadRequest},
		}, m.rankingRules(c.Ranking)...)
	case poll.Close:
		return []rule{{e.By != m.admin && e.By != poll.System, poll.Unauthorized}, voting}
	default:
		return []rule{admin}
	}
}

func (m *model) rankingRules(ranking []poll.NominationID) (rules []rule) {
	for i, id := range ranking {
		_, ok := m.nominations[id]
		rules = append(rules, rule{!ok, poll.NotFound}, rule{slices.Contains(ranking[:i], id), poll.BadRequest})
	}
	return rules
}

func (m *model) carryOut(e poll.Entry) {
	switch c := e.Command.(type) {
	case poll.Join:
		m.known[e.By], m.present[e.By] = true, true
	case poll.Leave:
		_, voted := m.ballots[e.By]
		hidden := m.phase == poll.Voting && !m.create.Settings.ShowTurnout
		if !voted && !hidden {
			delete(m.present, e.By)
		}
	case poll.Nominate:
		m.nominations[c.ID] = proposal{e.By, c.Text.Key}
	case poll.RemoveNomination:
		delete(m.nominations, c.ID)
	case poll.RemoveParticipant:
		m.removed[c.ID] = true
		delete(m.present, c.ID)
		delete(m.ballots, c.ID)
	case poll.MakeAdmin:
		m.admin = c.ID
	case poll.StartVote:
		m.phase = poll.Voting
	case poll.Cast:
		m.ballots[e.By] = c
	case poll.Close:
		m.phase = poll.Closed
	case poll.Cancel:
		m.phase = poll.Cancelled
	}
}

// A machine drives a state, and beside it the model; a follower that is restored
// from its own snapshot now and then; a twin in which one person votes differently;
// and another one in which that person does not vote at all.
type machine struct {
	*table
	model     *model
	follower  *poll.State
	twin      *poll.State
	abstainer *poll.State
}

const secretive = ben // votes differently in the twins

func newMachine(t *rapid.T) *machine {
	c := creation(func(c *poll.Create) {
		s := &c.Settings
		s.Method = rapid.SampledFrom(tally.Methods()).Draw(t, "method")
		s.VotesPerVoter = rapid.IntRange(1, 4).Draw(t, "votes")
		s.NominationsPerVoter = rapid.IntRange(1, 4).Draw(t, "nominations per voter")
		s.AllowPartial = rapid.Bool().Draw(t, "partial")
		s.ChangeableVote = rapid.Bool().Draw(t, "changeable")
		s.ShowTurnout = rapid.Bool().Draw(t, "turnout")
		s.DeclareTies = rapid.Bool().Draw(t, "declare")
		s.ClosesAt = opened.Add(time.Duration(rapid.IntRange(10, 200).Draw(t, "closes")) * time.Second)
		c.Limits = poll.Limits{Participants: rapid.IntRange(1, 5).Draw(t, "participants"), Nominations: rapid.IntRange(3, 7).Draw(t, "nominations")}
	})
	m := &machine{table: &table{TB: t, State: poll.New(), now: opened}, follower: poll.New(), twin: poll.New(), abstainer: poll.New()}
	e := m.entry(anna, "", c)
	m.model = newModel(c, e.At)
	m.log = append(m.log, e)
	for _, s := range []*poll.State{m.State, m.follower, m.twin, m.abstainer} {
		if _, err := s.Apply(1, e); err != nil {
			t.Fatal(err)
		}
	}
	m.prelude(t)
	return m
}

// prelude brings some polls to where it gets interesting.
func (m *machine) prelude(t *rapid.T) {
	stage := rapid.IntRange(0, 2).Draw(t, "stage")
	if stage == 0 {
		return
	}
	for i, by := range crowd[:5] {
		m.sendAs(t, by, "", poll.Join{Name: poll.Text{Text: string(by), Key: string(by)}})
		name := fmt.Sprintf("Option %d", i)
		m.sendAs(t, by, "", poll.Nominate{ID: ids[i], Text: poll.Text{Text: name, Key: name}})
	}
	if stage == 2 {
		m.sendAs(t, m.model.admin, "", poll.StartVote{Seed: seed})
	}
}

// send has somebody send a command, perhaps under an id that was used before.
func (m *machine) send(t *rapid.T, by poll.UserID, cmd poll.Command) {
	commandID := rapid.SampledFrom([]string{"", "", "", "c1", "c2", "c3", "c4", "c5"}).Draw(t, "commandID")
	m.sendAs(t, by, commandID, cmd)
}

func (m *machine) sendAs(t *rapid.T, by poll.UserID, commandID string, cmd poll.Command) {
	e := m.entry(by, commandID, cmd)
	want, repeated := m.model.outcomes[string(by)+"/"+commandID]
	code := m.model.verdict(e)
	if m.model.removed[by] || m.model.phase == poll.Cancelled {
		repeated = false
	}
	checked := m.Check(e)
	got, err := m.apply(e)
	if (checked == nil) != (err == nil) {
		t.Fatalf("Check = %v, Apply = %v", checked, err)
	}
	switch {
	case repeated:
		if err != nil || got != want {
			t.Fatalf("a repeated command: %+v, %v, want %+v", got, err, want)
		}
	case code != "":
		if refused, ok := err.(*poll.Error); !ok || refused.Code != code { //nolint:errorlint // it must be one
			t.Fatalf("%s %+v: %v, want %s", by, cmd, err, code)
		}
	case err != nil:
		t.Fatalf("%s %+v: %v", by, cmd, err)
	default:
		m.accept(t, e, got)
	}
	m.follow(t, uint64(len(m.log)), e, err)
}

func (m *machine) accept(t *rapid.T, e poll.Entry, got poll.Outcome) {
	want := poll.Outcome{Version: uint64(len(m.log))}
	switch c := e.Command.(type) {
	case poll.Nominate:
		want.Nomination = c.ID
	case poll.Cast:
		want.Receipt = c.Receipt
	}
	if got != want {
		t.Fatalf("outcome = %+v, want %+v", got, want)
	}
	m.model.carryOut(e)
	if e.CommandID != "" && e.By != poll.System {
		m.model.outcomes[string(e.By)+"/"+e.CommandID] = got
	}
}

func (m *machine) follow(t *rapid.T, seq uint64, e poll.Entry, want error) {
	if _, err := m.follower.Apply(seq, e); (err == nil) != (want == nil) {
		t.Fatalf("the follower says %v, not %v", err, want)
	}
	different, none := e, e
	if cast, ok := e.Command.(poll.Cast); ok && e.By == secretive {
		cast.Ranking = slices.Clone(cast.Ranking)
		slices.Reverse(cast.Ranking)
		cast.Receipt = "another-" + cast.Receipt
		different.Command = cast
		if want == nil {
			none.Command = poll.Join{Name: poll.Text{Text: "Ben", Key: "ben"}} // who is there: no effect
		} else {
			none.By = "nobody" // refused as well
		}
	}
	if _, err := m.twin.Apply(seq, different); (err == nil) != (want == nil) {
		t.Fatalf("the twin says %v, not %v", err, want)
	}
	if !m.turnoutHidden() {
		return
	}
	if _, err := m.abstainer.Apply(seq, none); (err == nil) != (want == nil) {
		t.Fatalf("the abstainer's twin says %v, not %v", err, want)
	}
}

// turnoutHidden reports whether nobody may know who has voted, from the start to now.
func (m *machine) turnoutHidden() bool {
	return !m.model.create.Settings.ShowTurnout && m.Results() == nil && m.abstainer.Version() >= m.Version()-1
}

var (
	crowd = []poll.UserID{anna, ben, carla, dora, "eve", "finn", "gina"}
	menu  = []string{"Pizza", "pizza ", "PIZZÁ", "Sushi", "Tacos", "Ramen", "Dal", "Döner", "doner", "Soup"}
	ids   = []poll.NominationID{"n0", "n1", "n2", "n3", "n4", "n5", "n6"}
)

func (m *machine) somebody(t *rapid.T) poll.UserID { return rapid.SampledFrom(crowd).Draw(t, "by") }

// boss is the admin, more often than not.
func (m *machine) boss(t *rapid.T) poll.UserID {
	return rapid.SampledFrom([]poll.UserID{m.model.admin, m.model.admin, m.model.admin, m.somebody(t)}).Draw(t, "boss")
}

func (m *machine) ranking(t *rapid.T) []poll.NominationID {
	if standing := slices.Sorted(maps.Keys(m.model.nominations)); len(standing) > 0 && rapid.IntRange(0, 3).Draw(t, "sense") > 0 {
		shuffled := rapid.Permutation(standing).Draw(t, "ranking")
		return shuffled[:min(len(shuffled), m.model.create.Settings.VotesPerVoter)]
	}
	return rapid.SliceOfN(rapid.SampledFrom(ids), 0, 5).Draw(t, "ranking")
}

func (m *machine) actions() map[string]func(*rapid.T) {
	vote := func(t *rapid.T) {
		m.send(t, m.somebody(t), poll.Cast{Ranking: m.ranking(t), Receipt: fmt.Sprintf("receipt-%d", len(m.log))})
	}
	nominate := func(t *rapid.T) {
		txt, err := poll.ParseText("text", rapid.SampledFrom(menu).Draw(t, "text"), poll.MaxNomination)
		if err != nil {
			t.Fatal(err)
		}
		m.send(t, m.somebody(t), poll.Nominate{ID: rapid.SampledFrom(ids).Draw(t, "id"), Text: txt})
	}
	join := func(t *rapid.T) {
		by := m.somebody(t)
		m.send(t, by, poll.Join{Name: poll.Text{Text: string(by), Key: string(by)}})
	}
	return map[string]func(*rapid.T){
		"join": join, "join too": join,
		"nominate": nominate, "nominate too": nominate, "nominate again": nominate,
		"vote": vote, "vote too": vote, "vote again": vote,
		"leave": func(t *rapid.T) { m.send(t, m.somebody(t), poll.Leave{}) },
		"remove nomination": func(t *rapid.T) {
			m.send(t, m.somebody(t), poll.RemoveNomination{ID: rapid.SampledFrom(ids).Draw(t, "id")})
		},
		"remove participant": func(t *rapid.T) { m.send(t, m.boss(t), poll.RemoveParticipant{ID: m.somebody(t)}) },
		"make admin":         func(t *rapid.T) { m.send(t, m.boss(t), poll.MakeAdmin{ID: m.somebody(t)}) },
		"start":              func(t *rapid.T) { m.send(t, m.boss(t), poll.StartVote{Seed: seed}) },
		"end": func(t *rapid.T) {
			switch rapid.IntRange(0, 20).Draw(t, "how") {
			case 0:
				m.send(t, m.boss(t), poll.Cancel{})
			case 1, 2:
				m.send(t, poll.System, poll.Close{})
			case 3, 4:
				m.send(t, m.boss(t), poll.Close{})
			}
		},
		"restore": func(t *rapid.T) {
			var err error
			if m.follower, err = poll.Restore(m.follower.Snapshot()); err != nil {
				t.Fatal(err)
			}
		},
	}
}

// views is what one person gets.
func views(t rapid.TB, s *poll.State, id poll.UserID) string {
	me, ok := s.Me(id)
	roster, _ := s.Roster("", 0, "")
	return toJSON(t, []any{s.Document(), s.Base(id), me, ok, s.Summary(), roster})
}

func (m *machine) check(t *rapid.T) {
	d, base := m.Document(), m.Base("")
	if d.Phase != m.model.phase || d.AdminID != m.model.admin || d.ParticipantCount != len(m.model.present) ||
		len(d.Nominations) != len(m.model.nominations) || len(base.Participants) != len(m.model.present) {
		t.Fatalf("document %+v\nmodel %+v", d, m.model)
	}
	turnout := m.model.create.Settings.ShowTurnout || m.model.phase == poll.Closed
	if (d.BallotCount != nil) != turnout || turnout && (*d.BallotCount != len(m.model.ballots) || len(base.Rankings) != len(m.model.ballots)) {
		t.Fatalf("ballots: document %v, base %v, model %v", d.BallotCount, base.Rankings, m.model.ballots)
	}
	for _, id := range crowd {
		m.checkOne(t, id)
	}
}

func (m *machine) checkOne(t *rapid.T, id poll.UserID) {
	if m.IsParticipant(id) != m.model.present[id] || m.IsRemoved(id) != m.model.removed[id] {
		t.Fatalf("%s: participant %t, removed %t", id, m.IsParticipant(id), m.IsRemoved(id))
	}
	me, _ := m.Me(id)
	cast, voted := m.model.ballots[id]
	if me.Voted != voted || me.Receipt != cast.Receipt || !slices.Equal(me.Ballot, cast.Ranking) {
		t.Fatalf("%s: Me = %+v, model %+v", id, me, cast)
	}
	for other, ranking := range m.Base(id).Rankings {
		if other != id && len(ranking) > 0 {
			t.Fatalf("%s sees the ballot of %s", id, other)
		}
	}
	if m.model.phase == poll.Closed || id == secretive {
		return
	}
	mine := views(t, m.State, id)
	if twins := views(t, m.twin, id); mine != twins {
		t.Fatalf("what %s sees depends on another's ballot:\n%s\n%s", id, mine, twins)
	}
	if twins := views(t, m.abstainer, id); mine != twins && m.turnoutHidden() {
		t.Fatalf("what %s sees tells who has voted:\n%s\n%s", id, mine, twins)
	}
}

func TestModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newMachine(t)
		actions := m.actions()
		actions[""] = m.check
		t.Repeat(actions)

		same(t, m.follower, m.State)
		same(t, replay(t, m.log), m.State)
	})
}
