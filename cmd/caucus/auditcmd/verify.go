// Package auditcmd is the subcommands that check: caucus verify, of the export of a
// closed poll, and caucus ledger verify, of all that a server keeps.
package auditcmd

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode"

	"github.com/caucus-live/caucus/cmd/caucus/cli"
	"github.com/caucus-live/caucus/internal/audit"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/tally"
)

const verifyUsage = `Usage: caucus verify [flags] EXPORT

Checks the export of a closed poll (export.json), without a server: that the draw's
seed is the one that was committed to, that every receipt occurs once, and that
counting the ballots again gives the same results. The file - is standard input.

`

// Verify checks the export that args name, and writes to stdout what holds, or to stderr
// the first thing that does not. The file - is stdin. It returns the exit code: 0; or 1
// if the export cannot be read, does not hold, or lacks the receipt that was asked for;
// or 2 if args make no sense.
func Verify(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	receipt := flags.String("receipt", "", "show the ballot that has this `receipt`")
	switch err := cli.Parse(flags, args, verifyUsage, stdout); {
	case err != nil:
		return cli.Misused(stderr, "verify", err)
	case flags.NArg() != 1:
		return cli.Misused(stderr, "verify", fmt.Errorf("there should be one file, not %d", flags.NArg()))
	}
	text, err := verify(ctx, flags.Arg(0), *receipt, stdin)
	if err != nil {
		return cli.Fail(stderr, "verify", err)
	}
	_, _ = stdout.Write(text)
	return cli.OK
}

// verify reads and checks an export, and returns what to say if it holds.
func verify(ctx context.Context, file, receipt string, stdin io.Reader) ([]byte, error) {
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
	if err := audit.Check(e); err != nil {
		return nil, err
	}
	own := -1
	if receipt = strings.ToUpper(strings.TrimSpace(receipt)); receipt != "" {
		own = slices.IndexFunc(e.Ballots, func(b poll.ExportBallot) bool { return b.Receipt == receipt })
		if own < 0 {
			return nil, &audit.Fault{Message: fmt.Sprintf("The export holds, but no ballot in it has the receipt %.80q.", receipt)}
		}
	}
	return tell(e, own), nil
}

// tell says what was checked, and which ballot is one's own, unless that is -1.
func tell(e *poll.Export, own int) []byte {
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
	line("Commitment  %s", e.Commitment)
	line("            Compare it with what was shown when voting opened: that, a file cannot prove.")
	if own >= 0 {
		line("\nThe ballot with your receipt ranks:")
		for i, id := range e.Ballots[own].Ranking {
			line("%4d. %s", i+1, names[string(id)])
		}
		if len(e.Ballots[own].Ranking) == 0 {
			line("  nothing: it is blank")
		}
	}
	return out.Bytes()
}

func orNobody(names string) string {
	if names == "" {
		return "nobody"
	}
	return names
}

// draws says how many lots were drawn.
func draws(ties []tally.Tie) string {
	n := 0
	for _, tie := range ties {
		if tie.Rule == tally.RuleDraw {
			n++
		}
	}
	switch n {
	case 0:
		return "no lots"
	case 1:
		return "one lot"
	}
	return fmt.Sprint(n, " lots")
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
