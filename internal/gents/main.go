// Command gents writes the wire contract as TypeScript, so that the web client
// shares its types with the server instead of repeating them. It reads the types
// by reflection, and their comments and the values of their enumerations from the
// source. Run it with go generate in internal/wire.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"

	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
	"github.com/caucus-live/caucus/internal/wire/event"
)

func main() {
	out := flag.String("o", "contract.gen.ts", "the file to write")
	flag.Parse()
	if err := run(*out); err != nil {
		fmt.Fprintln(os.Stderr, "gents:", err)
		os.Exit(1) //nolint:forbidigo // this is main
	}
}

func run(out string) error {
	text, err := contract("..")
	if err != nil {
		return err
	}
	return os.WriteFile(out, text, 0o644)
}

// contract returns the whole file. The packages that the contract is made of are
// folders of root.
func contract(root string) ([]byte, error) {
	src, err := readSource(root, "wire", "poll", "tally")
	if err != nil {
		return nil, err
	}
	g := newGenerator(src)
	g.events("ClientEvents", "What the client sends; the server answers through the last argument.",
		call(event.Nominate),
		call(event.RemoveNomination),
		call(event.RemoveParticipant),
		call(event.MakeAdmin),
		call(event.StartVote),
		call(event.SubmitRankings),
		call(event.ClosePoll),
		call(event.RevealResult),
		call(event.PlayResult),
		call(event.CancelPoll),
		call(event.Leave),
		call(event.PollSync),
		call(event.Roster),
		call(event.Present),
	)
	g.events("ServerEvents", "What the server sends to a client of patches.",
		push(event.PollState),
		push(event.PollPatch),
		push(event.Me),
		push(event.PollEnded),
	)
	for _, body := range []any{
		wire.Auth{},
		wire.CreatePoll{},
		wire.JoinPoll{},
		wire.Joined{},
		wire.Problem{},
		poll.Summary{},
		wire.PollResults{},
	} {
		g.add(body)
	}

	var b bytes.Buffer
	g.write(&b)
	return b.Bytes(), nil
}
