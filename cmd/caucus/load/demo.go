package load

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
	"github.com/caucus-live/caucus/internal/wire/event"
)

// DemoOptions say what a demonstration is like. The zero value of a field stands for
// its default.
type DemoOptions struct {
	// URL is the server's, such as http://localhost:3000. It has no default.
	URL string

	// People is how many take part, the host among them. Default 40.
	People int

	// Length is how long it takes, from the first to the last thing to see. Default 2
	// minutes.
	Length time.Duration
}

func (o DemoOptions) withDefaults() (DemoOptions, error) {
	o.People, o.Length = cmp.Or(o.People, 40), cmp.Or(o.Length, 2*time.Minute)
	if o.People < 2 || o.Length < 0 {
		return o, errors.New("a demonstration takes two people and some time")
	}
	return o, nil
}

// What a demonstration is about, and how much people like each option.
const demoTopic = "Where shall we have lunch?"

var demoMenu = []struct {
	text  string
	liked float64
}{
	{"The noodle bar 🍜", 1.0},
	{"Tacos on the corner 🌮", 0.9},
	{"The canteen", 0.1},
	{"Pizza, as always", 0.7},
	{"Falafel in the park", 0.8},
	{"Soup and a walk", 0.3},
	{"The Indian place", 0.9},
	{"Everybody brings something", 0},
}

var demoNames = []string{
	"Amara", "Ben", "Chen Wei", "Dilek", "Elif", "Farid", "Grace", "Hiro", "Inés", "Jonas", "Khadija", "Liam", "Mei", "Nadia", "Oskar",
	"Priya", "Quentin", "Rosa", "Søren", "Tala", "Uma", "Victor", "Wren", "Ximena", "Yusuf", "Zoë", "Ada", "Björn", "Carmen", "Dev",
	"Esther", "Finn", "Goran", "Hana", "Ivo", "Jun", "Kofi", "Lena", "Milo", "Noor",
}

// A demo is a demonstration.
type demo struct {
	*run
	room   *room
	length time.Duration
	out    io.Writer
	began  time.Time
}

// Demo plays a poll for somebody to look at: invented people join it one by one,
// nominate and vote, and its host closes it. It writes where to look, and what happens,
// to out. People who come to look may join, nominate and vote as well.
func Demo(ctx context.Context, opts DemoOptions, out io.Writer) error {
	opts, err := opts.withDefaults()
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	r, end, err := newRun(ctx, Options{URLs: []string{opts.URL}, People: opts.People})
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer end()
	rm := &room{run: r}
	r.rooms = []*room{rm}
	d := &demo{run: r, room: rm, length: opts.Length, out: out, began: time.Now()}
	for i := range opts.People {
		rm.people = append(rm.people, newPerson(rm, i))
	}
	ctx, cancel := context.WithTimeout(r.ctx, opts.Length+r.opts.Patience)
	defer cancel()
	if err := d.play(ctx); err != nil { //nolint:contextcheck // the run's, which ends with ours
		return fmt.Errorf("demo: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for failure := range r.failures {
		return fmt.Errorf("demo: the people saw what they ought not to: %s", failure)
	}
	return nil
}

func (d *demo) play(ctx context.Context) error {
	host := d.room.people[0]
	if err := host.enter(ctx, "/polls", wire.CreatePoll{Topic: demoTopic, VotesPerVoter: 3, Name: demoName(0), Method: "irv", Patches: true}); err != nil {
		return err
	}
	if err := d.invite(ctx); err != nil {
		return err
	}
	for _, act := range []struct {
		what  string
		share float64 // of the length, before the next
		do    func(context.Context, time.Duration) error
	}{
		{"the room is open", .08, d.wait},
		{"people come in", .25, d.join},
		{"they nominate", .2, d.nominate},
		{"the vote is open", .32, d.vote},
		{"the vote is closed", .15, d.close},
	} {
		fmt.Fprintf(d.out, "%5s  %s\n", clock(time.Since(d.began)), act.what)
		if err := act.do(ctx, time.Duration(act.share*float64(d.length))); err != nil {
			return err
		}
	}
	fmt.Fprintf(d.out, "%5s  the end: try it with people of your own\n", clock(time.Since(d.began)))
	return nil
}

func clock(d time.Duration) string {
	return fmt.Sprintf("%d:%02d", int(d.Minutes()), int(d.Seconds())%60)
}

func demoName(i int) string {
	name := demoNames[i%len(demoNames)]
	if i >= len(demoNames) {
		name += " " + strconv.Itoa(1+i/len(demoNames))
	}
	return name
}

// invite writes where to look.
func (d *demo) invite(ctx context.Context) error {
	var site wire.Site
	if err := d.get(ctx, "/site", &site); err != nil {
		return err
	}
	return writeInvitation(d.out, site.URL+"p/"+d.room.id, len(d.room.people), d.length)
}

// spread does n things within some time, at moments that are not quite even.
func (d *demo) spread(ctx context.Context, within time.Duration, n int, do func(i int) error) error {
	for i := range n {
		if err := d.wait(ctx, time.Duration((.4+1.2*rand.Float64())*float64(within)/float64(n))); err != nil {
			return err
		}
		if err := do(i); err != nil {
			return err
		}
	}
	return nil
}

// wait gives whoever looks some time.
func (*demo) wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (d *demo) join(ctx context.Context, within time.Duration) error {
	return d.spread(ctx, within, len(d.room.people)-1, func(i int) error {
		return d.room.people[i+1].enter(ctx, "/polls/join", wire.JoinPoll{PollID: d.room.id, Name: demoName(i + 1), Patches: true})
	})
}

func (d *demo) nominate(ctx context.Context, within time.Duration) error {
	return d.spread(ctx, within, len(demoMenu), func(i int) error {
		p := d.room.people[(1+5*i)%len(d.room.people)]
		answer, err := p.command(ctx, string(event.Nominate), wire.Nominate{CommandID: d.commandID(), Text: demoMenu[i].text})
		if err == nil {
			d.room.options = append(d.room.options, string(answer.Nomination))
		}
		return err
	})
}

// vote has everybody vote once, and some of them twice.
func (d *demo) vote(ctx context.Context, within time.Duration) error {
	if err := d.byAdmins(ctx, string(event.StartVote)); err != nil {
		return err
	}
	voters := slices.Clone(d.room.people)
	rand.Shuffle(len(voters), func(i, j int) { voters[i], voters[j] = voters[j], voters[i] })
	voters = append(voters, voters[:1+len(voters)/10]...) // they have thought about it
	return d.spread(ctx, within, len(voters), func(i int) error {
		return voters[i].rank(ctx, d.taste())
	})
}

// taste is a ballot of somebody who likes what most do, more or less.
func (d *demo) taste() []string {
	type choice struct {
		option string
		liked  float64
	}
	var choices []choice
	for i, option := range d.room.options {
		choices = append(choices, choice{option, demoMenu[i].liked + rand.NormFloat64()/2})
	}
	slices.SortFunc(choices, func(a, b choice) int { return cmp.Compare(b.liked, a.liked) })
	var ranking []string
	for _, c := range choices[:d.opts.VotesPerVoter] {
		ranking = append(ranking, c.option)
	}
	return ranking
}

// close closes the vote, and leaves the result on the screens for a while.
func (d *demo) close(ctx context.Context, within time.Duration) error {
	if err := d.byAdmins(ctx, string(event.ClosePoll)); err != nil {
		return err
	}
	var export poll.Export
	if err := d.get(ctx, "/polls/"+d.room.id+"/export.json", &export); err != nil {
		return err
	}
	for _, n := range export.Nominations {
		if slices.Contains(export.Results.Official.Winners, string(n.ID)) {
			fmt.Fprintf(d.out, "       %s: %s, in round %d\n", demoTopic, n.Text, len(export.Results.Official.Rounds))
		}
	}
	return d.wait(ctx, within)
}
