// Package auditcmd is the subcommands that check: caucus verify, of the export of a
// closed poll, and caucus ledger verify, of all that a server keeps.
package auditcmd

import (
	"bytes"
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"

	"github.com/caucus-live/caucus/cmd/caucus/cli"
	"github.com/caucus-live/caucus/internal/audit"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/tally"
)

const verifyUsage = `Usage: caucus verify [flags] EXPORT

Checks the export of a closed poll (export.json), without a server: that the draw's
seed, the topic, the settings and the options are what was committed to, that every
receipt occurs once, and that counting the ballots again gives the same results. With
what you kept when you voted, it checks that too. The file - is standard input.

`

// Verify checks the export that args name, and writes to stdout what holds, or to stderr
// the first thing that does not. The file - is stdin. It returns the exit code: 0; or 1
// if the export cannot be read, does not hold, or lacks the receipt that was asked for;
// or 2 if args make no sense.
func Verify(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	var kept asked
	flags.StringVar(&kept.receipt, "receipt", "", "show the ballot with this `receipt`, or with the one in a receipt's file, which is then compared")
	flags.StringVar(&kept.commitment, "commitment", "", "the `commitment` that was shown when voting opened")
	switch err := cli.Parse(flags, args, verifyUsage, stdout); {
	case err != nil:
		return cli.Misused(stderr, "verify", err)
	case flags.NArg() != 1:
		return cli.Misused(stderr, "verify", fmt.Errorf("there should be one file, not %d", flags.NArg()))
	}
	text, err := verify(ctx, flags.Arg(0), kept, stdin)
	if err != nil {
		return cli.Fail(stderr, "verify", err)
	}
	_, _ = stdout.Write(text)
	return cli.OK
}

// asked is what a voter has kept, to compare it with the export.
type asked struct{ receipt, commitment string }

// read returns the receipt that was asked for: its text, or what its file has kept.
func (a asked) read() (*audit.Receipt, error) {
	text := strings.ToUpper(strings.TrimSpace(a.receipt))
	f, err := os.Open(a.receipt)
	if err != nil || text == "" {
		return &audit.Receipt{Receipt: text}, nil
	}
	defer f.Close()
	return audit.ReadReceipt(f)
}

// verify reads and checks an export, and returns what to say if it holds.
func verify(ctx context.Context, file string, kept asked, stdin io.Reader) ([]byte, error) {
	r := stdin
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		r = f
	}
	e, err := audit.Read(cli.Reader(ctx, r))
	if err != nil {
		return nil, err
	}
	if err := audit.Check(e); err != nil { //nolint:contextcheck // a count is bounded by its work, not by time
		return nil, err
	}
	receipt, err := kept.read()
	if err != nil {
		return nil, err
	}
	own, err := audit.CheckReceipt(e, receipt)
	if err != nil {
		return nil, err
	}
	bound := receipt.Opening != ""
	if kept.commitment != "" {
		whole, err := audit.CheckCommitment(e, kept.commitment)
		if err != nil {
			return nil, err
		}
		bound = bound || whole
	}
	return tell(e, own, bound), nil
}

// tell says what was checked, and which ballot is one's own, unless that is -1. What was
// committed to is bound by what a voter has kept, or only by the file itself.
func tell(e *poll.Export, own int, bound bool) []byte {
	var out bytes.Buffer
	line := func(format string, args ...any) { fmt.Fprintf(&out, format+"\n", args...) }
	names := make(map[string]string, len(e.Nominations))
	for _, n := range e.Nominations {
		names[string(n.ID)] = plain(n.Text)
	}
	list := func(ids []string) string {
		texts := make([]string, len(ids))
		for i, id := range ids {
			texts[i] = names[id]
		}
		return strings.Join(texts, ", ")
	}

	official, others := e.Results.Official, e.Results.Others
	line("The export of poll %s holds: %s\n", plain(e.ID), plain(e.Settings.Topic))
	line("Ballots     %d, each with a receipt of its own, in the order that the seed gives", len(e.Ballots))
	line("Counted by  %s, and by all other methods: every figure, round and tie is the same", official.Method.Title())
	line("Elected     %s", orNobody(list(official.Winners)))
	if others.Condorcet != "" {
		line("Condorcet   %s is preferred to every other option, taken one by one", names[others.Condorcet])
	} else {
		line("Condorcet   nobody; the Smith set is %s", orNobody(list(others.Smith)))
	}
	line("Drawn       %s; the seed is the one that was committed to", draws(official.Ties))
	line("Commitment  %s", cmp.Or(e.Committed, e.Commitment))
	line("            %s", binding(e, bound))
	if own >= 0 {
		line("\nThe ballot with your receipt ranks:")
		for i, id := range e.Ballots[own].Ranking {
			line("%4d. %s", e.Ballots[own].Rank(i), names[string(id)])
		}
		if len(e.Ballots[own].Ranking) == 0 {
			line("  nothing: it is blank")
		}
	}
	return out.Bytes()
}

// binding says what the commitment of an export proves.
func binding(e *poll.Export, bound bool) string {
	switch {
	case bound:
		return "It is what you kept: the seed, the topic, the settings, the options and their texts are those shown when voting opened."
	case e.Committed == "":
		return "It binds the seed alone: compare the topic, the settings and the options' texts with what was shown when voting opened."
	}
	return "Compare it with what was shown when voting opened: that, a file cannot prove."
}

func orNobody(names string) string {
	if names == "" {
		return "nobody"
	}
	return names
}

// draws says how many ties were broken by a draw.
func draws(ties []tally.Tie) string {
	n := 0
	for _, tie := range ties {
		if tie.Rule == tally.RuleDraw {
			n++
		}
	}
	switch n {
	case 0:
		return "no draws"
	case 1:
		return "one draw"
	}
	return fmt.Sprint(n, " draws")
}

// plain keeps what somebody wrote from speaking to the terminal.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
}
