package load

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"rsc.io/qr"

	"github.com/caucus-live/caucus/cmd/caucus/cli"
)

const demoUsage = `Plays a poll with invented people, for somebody to look at.

	caucus demo [flags] [http://host:port]

Without an address it starts a server of its own, with an empty data directory, on all
addresses of this machine, and ends it. It prints where to look; whoever opens that may
take part.

Flags:
`

// MainDemo is the subcommand: it plays a demonstration as args say, writes where to look
// and what happens to stdout, or what is wrong to stderr, and returns the exit code: 0, or
// 1 if something went wrong, or 2 if args make no sense.
func MainDemo(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var opts DemoOptions
	fs := flag.NewFlagSet("", flag.ContinueOnError)
	fs.IntVar(&opts.People, "people", 40, "`number` of people, the host among them")
	fs.DurationVar(&opts.Length, "length", 2*time.Minute, "`duration` of all of it")
	addr := fs.String("addr", "", "listen on this `host:port`, without a server elsewhere (default a free port)")
	err := cli.Parse(fs, args, demoUsage, stdout)
	if err == nil && fs.NArg() > 1 {
		err = fmt.Errorf("there is one server, not %d", fs.NArg())
	}
	if err != nil {
		return cli.Misused(stderr, "demo", err)
	}
	if opts.URL = fs.Arg(0); opts.URL != "" {
		err = Demo(ctx, opts, stdout)
	} else {
		err = withProcess(ctx, stderr, func(p *Process) error {
			opts.URL = p.URL()
			return Demo(ctx, opts, stdout)
		}, "-addr", cmp.Or(*addr, ":0"))
	}
	if err != nil && !errors.Is(err, context.Canceled) { // by whoever has seen enough
		return cli.Fail(stderr, "demo", err)
	}
	return cli.OK
}

// writeInvitation writes an address, and its QR code for a phone where a phone can open it.
func writeInvitation(w io.Writer, address string, people int, length time.Duration) error {
	code, err := qr.Encode(address, qr.L)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "A poll with %d invented people. ", people)
	if u, err := url.Parse(address); err == nil && cli.IsLoopback(u.Hostname()) {
		fmt.Fprintf(w, "Open it on this machine:\n\n    %s\n\n", address)
		fmt.Fprintln(w, "A phone cannot: this machine is in no network, or the server listens at an address that only this machine has.")
	} else {
		fmt.Fprintf(w, "Open it, on a phone too:\n\n    %s\n\n", address)
		writeCode(w, code, cli.IsTerminal(w))
	}
	fmt.Fprintf(w, "\nIt takes %s. Ctrl-C ends it.\n\n", length)
	return nil
}

// quiet is how many modules around a QR code are left white.
const quiet = 4

// writeCode draws a QR code, two rows of it a line. On a terminal its colours are set;
// elsewhere it is as on a dark one, where what is written is light.
func writeCode(w io.Writer, code *qr.Code, terminal bool) {
	white := func(x, y int) bool { return y < code.Size+quiet && !code.Black(x, y) }
	for y := -quiet; y < code.Size+quiet; y += 2 {
		var line strings.Builder
		for x := -quiet; x < code.Size+quiet; x++ {
			switch upper, lower := white(x, y), white(x, y+1); {
			case upper && lower:
				line.WriteRune('█')
			case upper:
				line.WriteRune('▀')
			case lower:
				line.WriteRune('▄')
			default:
				line.WriteRune(' ')
			}
		}
		if terminal {
			fmt.Fprintf(w, "    \x1b[40;97m%s\x1b[0m\n", &line)
		} else {
			fmt.Fprintf(w, "    %s\n", &line)
		}
	}
}
