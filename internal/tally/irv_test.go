package tally_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/tally"
)

func TestInstantRunoff(t *testing.T) {
	for _, test := range []struct {
		name    string
		profile string
		set     func(*tally.Election)
		order   string
		rounds  []string
	}{
		{
			name: "tennessee", profile: "tennessee", order: "K>M>N>C",
			rounds: []string{
				"51: C 15 K 17 M 42 N 26; -C",
				"51: K 32 M 42 N 26; -N",
				"51: K 58 M 42; +K",
			},
		},
		{
			name: "schulze 2", profile: "schulze-2", order: "D>A>C>B",
			rounds: []string{
				"16: A 10 B 4 C 6 D 10; -B",
				"16: A 14 C 6 D 10; -C",
				"16: A 14 D 16; +D",
			},
		},
		{
			name: "schulze 3, one at a time", profile: "schulze-3", order: "C>A>D>B>E",
			rounds: []string{
				"16: A 9 B 4 C 10 D 7 E 0; -E",
				"16: A 9 B 4 C 10 D 7; -B",
				"16: A 11 C 10 D 9; -D",
				"16: A 11 C 19; +C",
			},
		},
		{
			name: "schulze 3, in batches", profile: "schulze-3", order: "C>A>D>B>E",
			set: func(e *tally.Election) { e.Batch = true },
			rounds: []string{
				"16: A 9 B 4 C 10 D 7 E 0; -B; -E",
				"16: A 11 C 10 D 9; -D",
				"16: A 11 C 19; +C",
			},
		},
		{
			name: "alaska", profile: "alaska-2022", order: "L>P>B",
			rounds: []string{
				"94292: B 53810 L 75799 P 58973; -B",
				"88647: L 91266 P 86026; exhausted 11290; +L",
			},
		},
		{
			name: "burlington", profile: "burlington-2009", order: "K>W>M",
			rounds: []string{
				"4417: K 2982 M 2554 W 3297; -M",
				"4190: K 4314 W 4064; exhausted 455; +K",
			},
		},
		{
			name: "before A is raised", profile: "monotone-before", order: "A>B>C",
			rounds: []string{"51: A 39 B 35 C 26; -C", "51: A 65 B 35; +A"},
		},
		{
			name: "after A is raised", profile: "monotone-after", order: "C>A>B",
			rounds: []string{"51: A 49 B 25 C 26; -B", "51: A 49 C 51; +C"},
		},
		{
			name: "a winner in round 1", profile: "bettervoting", order: "A>B>C=D",
			rounds: []string{"5: A 5 B 2 C 1 D 1; +A"},
		},
		{
			name: "several seats", profile: "tennessee", order: "K>M>N>C",
			set:    func(e *tally.Election) { e.Seats = 2 },
			rounds: []string{"51: C 15 K 17 M 42 N 26; -C", "51: K 32 M 42 N 26; -N", "51: K 58 M 42; +K; +M"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := profile(t, test.profile)
			if test.set != nil {
				test.set(e)
			}
			r := count(t, tally.IRV, e)
			if diff := cmp.Diff(test.rounds, rounds(r)); diff != "" {
				t.Errorf("rounds (-want +got):\n%s", diff)
			}
			if got := order(r); got != test.order {
				t.Errorf("order %s, want %s", got, test.order)
			}
			if len(r.Ties) > 0 {
				t.Errorf("ties %+v", r.Ties)
			}
		})
	}
}

// A batch leaves as many as there are seats: D's vote may make C catch up with B.
func TestBatchesLeaveTheSeatsFilled(t *testing.T) {
	e := parse(t, "10:A 4:B 3:C 2:D>C")
	e.Batch, e.Seats = true, 2
	want := []string{"10: A 10 B 4 C 3 D 2; -D", "10: A 10 B 4 C 5; -B", "8: A 10 C 5; exhausted 4; +A; +C"}
	if diff := cmp.Diff(want, rounds(count(t, tally.IRV, e))); diff != "" {
		t.Errorf("rounds (-want +got):\n%s", diff)
	}
}

// The test sets of RCTab for ballots marked against the rules.
func TestInstantRunoffOfIrregularBallots(t *testing.T) {
	for _, test := range []struct {
		name    string
		profile string
		rules   tally.Election
		rounds  []string
	}{
		{
			"exhaust at an overvote", "overvotes",
			tally.Election{MaxSkips: -1},
			[]string{
				"8: A 5 B 6 C 2 D 1; overvote 1; -D",
				"8: A 5 B 6 C 3; overvote 1; -C",
				"7: A 5 B 8; overvote 2; +B",
			},
		},
		{
			"skip overvotes, no empty rank", "overvotes",
			tally.Election{Overvotes: tally.OvervoteSkip},
			[]string{
				"8: A 5 B 6 C 2 D 1; skip 1; -D",
				"8: A 5 B 6 C 3; skip 1; -C",
				"7: A 6 B 7; skip 2; +B",
			},
		},
		{
			"no empty rank", "skips",
			tally.Election{},
			[]string{
				"8: A 5 B 6 C 2 D 1; skip 1; -D",
				"8: A 5 B 6 C 3; skip 1; -C",
				"7: A 5 B 7; skip 3; +B",
			},
		},
		{
			"one empty rank", "skips",
			tally.Election{MaxSkips: 1},
			[]string{
				"8: A 5 B 7 C 2 D 1; -D",
				"8: A 5 B 7 C 3; -C",
				"8: A 5 B 9; skip 1; +B",
			},
		},
		{
			"exhaust at a repetition", "repeats",
			tally.Election{Repeats: tally.RepeatExhaust},
			[]string{
				"8: A 5 B 4 C 4 D 2; -D",
				"8: A 5 B 5 C 4; repeat 1; -C",
				"7: A 5 B 7; repeat 3; +B",
			},
		},
		{
			"skip repetitions", "repeats-skipped",
			tally.Election{},
			[]string{
				"8: A 5 B 5 C 3 D 2; -D",
				"8: A 6 B 5 C 4; -C",
				"8: A 8 B 7; +A",
			},
		},
		{
			"exhaust if several continue", "overvotes-multiple",
			tally.Election{Overvotes: tally.OvervoteMultiple, MaxSkips: 1},
			[]string{
				"4: A 0 B 3 C 2 D 1; overvote 3; -A",
				"4: B 3 C 2 D 1; overvote 3; -D",
				"3: B 3 C 2; exhausted 1; overvote 3; +B",
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := profile(t, test.profile)
			e.Overvotes, e.Repeats, e.MaxSkips = test.rules.Overvotes, test.rules.Repeats, test.rules.MaxSkips
			if diff := cmp.Diff(test.rounds, rounds(count(t, tally.IRV, e))); diff != "" {
				t.Errorf("rounds (-want +got):\n%s", diff)
			}
		})
	}
}

// A rank with one option left counts for that one; with none it is passed over.
func TestOvervoteWithOneContinuing(t *testing.T) {
	e := parse(t, "3:a 1:b>b=c>d 2:d 3:c")
	e.Overvotes = tally.OvervoteMultiple
	want := []string{
		"5: a 3 b 1 c 3 d 2; -b",
		"5: a 3 c 4 d 2; -d",
		"4: a 3 c 4; exhausted 2; +c",
	}
	if diff := cmp.Diff(want, rounds(count(t, tally.IRV, e))); diff != "" {
		t.Errorf("rounds (-want +got):\n%s", diff)
	}
}

func TestInstantRunoffTransfers(t *testing.T) {
	r := count(t, tally.IRV, profile(t, "alaska-2022"))
	var got []string
	for _, x := range r.Rounds[0].Transfers {
		got = append(got, x.From+">"+x.To+string(x.Cause)+" "+x.Votes.String())
	}
	if want := []string{"B>L 15467", "B>P 27053", "B>exhausted 11290"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// Everybody's first rank is an overvote: there is nothing to count.
func TestNobodyIsElectedByExhaustedBallots(t *testing.T) {
	e := parse(t, "3:a=b>c")
	for _, m := range []tally.Method{tally.Plurality, tally.IRV, tally.STV} {
		if r := count(t, m, e); len(r.Winners) > 0 || order(r) != "a=b=c" {
			t.Errorf("%s: winners %v, order %s", m, r.Winners, order(r))
		}
	}
}

// Of a hundred options most have no vote: they go out in one round, as equals, and
// nothing is drawn.
func TestOptionsWithoutAVoteGoTogether(t *testing.T) {
	e := random(0, 100)
	e.Ballots = []tally.Ballot{{Ranking: []int{7, 8}, Weight: 4}, {Ranking: []int{8}, Weight: 3}, {Ranking: []int{9, 8}, Weight: 2}}
	r := count(t, tally.IRV, e)
	if len(r.Rounds) != 3 || len(r.Rounds[0].Excluded) != 97 || len(r.Rounds[0].Transfers) != 0 || len(r.Ties) != 0 {
		t.Errorf("%d rounds, the first of which excludes %d; ties %v", len(r.Rounds), len(r.Rounds[0].Excluded), r.Ties)
	}
	if got, want := order(r)[:len("option 8>option 7>option 9>option 0=option 1=")], "option 8>option 7>option 9>option 0=option 1="; got != want {
		t.Errorf("order %s…", got)
	}
	e.Seats = 4 // one of those without a vote has to win
	if r := count(t, tally.IRV, e); len(r.Winners) != 4 || len(r.Ties) != 96 {
		t.Errorf("winners %v, %d ties", r.Winners, len(r.Ties))
	}
}
