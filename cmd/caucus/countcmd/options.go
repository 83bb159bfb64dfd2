package countcmd

import (
	"cmp"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/caucus-live/caucus/cmd/caucus/cli"
	"github.com/caucus-live/caucus/internal/ballotfile"
	"github.com/caucus-live/caucus/internal/tally"
)

// all stands for every method.
const all tally.Method = "all"

// What becomes of ties.
const (
	draw    = "draw"
	declare = "declare"
)

// options are what the arguments say. Where they leave a zero the file decides, or else
// the default.
type options struct {
	file       string
	from       ballotfile.Format
	contest    string
	undeclared []string // labels of options that cannot win
	excluded   []string // names of options to leave out
	format     string
	explain    bool
	method     tally.Method
	ties       string
	rules      tally.Election // all of it but options and ballots
	given      []string       // the flags that were given
}

// parse reads the arguments. If they ask for help, it writes that to out and returns
// flag.ErrHelp.
func parse(args []string, out io.Writer) (*options, error) {
	o := new(options)
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	o.define(flags)
	switch err := cli.Parse(flags, args, usage, out); {
	case err != nil:
		return nil, err
	case flags.NArg() != 1:
		return nil, fmt.Errorf("there should be one file, not %d", flags.NArg())
	case o.rules.Seats < 0 || o.rules.Seats > tally.MaxOptions || o.rules.VotesPerVoter < 0:
		return nil, fmt.Errorf("%d seats and %d votes a voter cannot be", o.rules.Seats, o.rules.VotesPerVoter)
	case o.ties == declare && o.rules.Seed != nil:
		return nil, errors.New("with -ties declare nothing is drawn, so there is no use for a -seed")
	}
	if o.explain && (o.method == all || o.format == "json" || o.format == "csv") {
		return nil, errors.New("-explain explains one method, in text or Markdown")
	}
	o.file = flags.Arg(0)
	flags.Visit(func(f *flag.Flag) { o.given = append(o.given, f.Name) })
	if o.method != "" {
		return o, o.misplaced(o.method)
	}
	return o, nil
}

// rulesOf has the flags that are rules of some methods only, and of which.
var rulesOf = map[string][]tally.Method{
	"batch":           {tally.IRV},
	"first-threshold": {tally.IRV},
	"until-two":       {tally.IRV},
	"votes":           {tally.Score},
	"margins":         {tally.Copeland, tally.Minimax, tally.Schulze, tally.RankedPairs},
}

// misplaced refuses a flag that would do nothing to a count by the method.
func (o *options) misplaced(method tally.Method) error {
	for _, name := range o.given {
		if of := rulesOf[name]; of != nil && method != all && !slices.Contains(of, method) {
			return fmt.Errorf("-%s is a rule of %s, but this is counted by %s: leave it out, or choose the method with -method", name, list(of), method)
		}
	}
	return nil
}

const usage = `Usage: caucus count [flags] FILE

Counts an election file: BLT, the export of a poll (JSON), a table (CSV or XLSX) with a
ballot a row, PrefLib's SOC, SOI, TOC, TOI and CAT, ABIF, or cast vote records in NIST's
common data format; or the folder, or a ZIP archive of it, that Hart's or Dominion's
voting machines export. docs/counting.md lists what is understood. The file - is
standard input.

`

func (o *options) define(flags *flag.FlagSet) {
	methods := append(tally.Methods(), all)
	flags.Var(choice[tally.Method]{&o.method, methods}, "method", "count by this `method`: "+list(methods)+
		" (default what the file says, or irv for one seat and stv for several)")
	flags.IntVar(&o.rules.Seats, "seats", 0, "this many `options` win (default what the file says, or 1)")
	flags.Var(choice[string]{&o.ties, []string{draw, declare}}, "ties", "by this `rule`: draw, or declare all options that may win"+
		" (default what the file says, or draw if there is a seed; without one, earlier rounds of irv and stv decide, and what they leave open is declared)")
	flags.Func("seed", "draw with the seed of these `hexadecimal` digits (default what the file says)", func(text string) (err error) {
		if o.rules.Seed, err = hex.DecodeString(text); err != nil || text == "" {
			return errors.New("it should be an even number of hexadecimal digits")
		}
		return nil
	})
	o.format = "text"
	flags.Var(choice[string]{&o.format, []string{"text", "json", "csv", "md"}}, "format", "write this `format`: text, json, csv, or md for Markdown")
	flags.BoolVar(&o.explain, "explain", false, "say why the winner won, and why the runner-up did not")
	flags.Var(choice[ballotfile.Format]{&o.from, ballotfile.Formats()}, "from", "the file's `format`: "+list(ballotfile.Formats())+
		" (default detected from its name or its beginning)")
	names := func(list *[]string) func(string) error {
		return func(name string) error { *list = append(*list, name); return nil }
	}
	flags.Func("undeclared", "options with this `label`, such as write-ins that nobody declared, cannot win: they go first", names(&o.undeclared))
	flags.Func("exclude", "count as if the option of this `name` did not exist", names(&o.excluded))
	flags.BoolVar(&o.rules.FirstThreshold, "first-threshold", false, "irv: the first round determines the threshold")
	flags.BoolVar(&o.rules.UntilTwo, "until-two", false, "irv goes on until two options are left")
	flags.StringVar(&o.contest, "contest", "", "count this `contest` of a file that has several")
	flags.IntVar(&o.rules.VotesPerVoter, "votes", 0, "score counts this many `places` of a ballot (default what the file says, or all)")
	flags.BoolVar(&o.rules.Batch, "batch", false, "irv excludes together all who cannot catch up")
	flags.BoolVar(&o.rules.Margins, "margins", false, "pairwise methods go by margins, not by winning votes")
	o.rules.MaxSkips = -1
	flags.IntVar(&o.rules.MaxSkips, "skips", o.rules.MaxSkips, "a ballot is exhausted after more empty `ranks` in a row than this; -1: never")
	overvotes := []tally.Overvote{tally.OvervoteExhaust, tally.OvervoteSkip, tally.OvervoteMultiple, tally.OvervoteShare}
	flags.Var(choice[tally.Overvote]{&o.rules.Overvotes, overvotes}, "overvotes",
		"by this `rule`: several options at one rank exhaust the ballot (the default, unless the file says that they share it), or skip that rank, or exhaust it if more than one of them continues, or share it among them (irv)")
	o.rules.Repeats = tally.RepeatSkip
	repeats := []tally.Repeat{tally.RepeatSkip, tally.RepeatExhaust}
	flags.Var(choice[tally.Repeat]{&o.rules.Repeats, repeats}, "repeats",
		"by this `rule`: skip an option that a ballot has ranked before, or exhaust the ballot")
}

// apply returns the election of a file as it is to be counted, and by which method.
func (o *options) apply(f *ballotfile.File) (tally.Method, *tally.Election, error) {
	e := o.rules
	e.Options, e.Ballots, e.Folded = f.Election.Options, f.Election.Ballots, f.Election.Folded
	e.Unit = f.Election.Unit
	e.Seats = cmp.Or(o.rules.Seats, f.Election.Seats, 1)
	e.Overvotes = cmp.Or(o.rules.Overvotes, f.Election.Overvotes, tally.OvervoteExhaust)
	e.VotesPerVoter = cmp.Or(o.rules.VotesPerVoter, f.Election.VotesPerVoter)
	if e.Seed == nil {
		e.Seed = f.Election.Seed
	}
	switch o.ties {
	case "":
		e.DeclareTies = f.Election.DeclareTies && o.rules.Seed == nil
		e.NoDraw = len(e.Seed) == 0 && !e.DeclareTies
	case declare:
		e.DeclareTies = true
	case draw:
		if len(e.Seed) == 0 {
			return "", nil, errors.New("a draw needs a seed: see -seed")
		}
	}
	method := cmp.Or(o.method, f.Method, tally.IRV)
	if o.method == "" && f.Method == "" && e.Seats > 1 {
		method = tally.STV
	}
	if err := o.misplaced(method); err != nil {
		return "", nil, err
	}
	election, err := o.leave(f, &e)
	return method, election, err
}

// leave leaves out the options that are excluded, and marks those that cannot win.
func (o *options) leave(f *ballotfile.File, e *tally.Election) (*tally.Election, error) {
	find := func(flag, name string) (int, error) {
		if i := f.Option(name); i >= 0 {
			return i, nil
		}
		return 0, fmt.Errorf("-%s: no option is called %q, but %s", flag, name, list(f.Names))
	}
	var out []int
	for _, name := range o.excluded {
		i, err := find("exclude", name)
		if err != nil {
			return nil, err
		}
		out = append(out, i)
	}
	for _, label := range o.undeclared {
		i, err := find("undeclared", label)
		if err != nil {
			return nil, err
		}
		e.Undeclared = append(e.Undeclared, i)
	}
	if len(out) > 0 {
		e = e.Without(out...)
	}
	return e, nil
}

// A choice is a flag that takes one of a few words.
type choice[T ~string] struct {
	value *T
	among []T
}

func (c choice[T]) String() string {
	if c.value == nil { // as package flag makes one, to know the zero
		return ""
	}
	return string(*c.value)
}

func (c choice[T]) Set(text string) error {
	if !slices.Contains(c.among, T(text)) {
		return fmt.Errorf("it should be one of %s", list(c.among))
	}
	*c.value = T(text)
	return nil
}

// list writes words with commas between them.
func list[T ~string](words []T) string {
	texts := make([]string, len(words))
	for i, word := range words {
		texts[i] = string(word)
	}
	return strings.Join(texts, ", ")
}
