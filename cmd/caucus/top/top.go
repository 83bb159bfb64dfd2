// Package top shows what a server is doing, from the measurements at its -metrics-addr:
// it is caucus top.
package top

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/caucus-live/caucus/cmd/caucus/cli"
)

const usage = `Shows what a server is doing: people, polls, rates, latencies, memory.

	caucus top [flags] [ADDRESS]

ADDRESS is the server's -metrics-addr, as host:port or as a URL; without it,
CAUCUS_METRICS_ADDR is. In a terminal the figures are renewed until Ctrl-C. Elsewhere
each look is plain text below the one before. Rates and latencies are those of the
interval between two looks.

Flags:
`

// timeout bounds one look.
const timeout = 10 * time.Second

// clearScreen moves to the upper left corner of a terminal, and clears what follows.
const clearScreen = "\x1b[H\x1b[J"

type command struct {
	every time.Duration
	once  bool
	url   string
}

// Main is the subcommand: it shows figures of the server that args name, or of the one
// at the address fallback, on stdout until ctx ends. It returns the exit code: 0, or 1
// if the server cannot be asked, or 2 if args make no sense.
func Main(ctx context.Context, args []string, fallback string, stdout, stderr io.Writer) int {
	c, err := parse(args, fallback, stdout)
	if err != nil {
		return cli.Misused(stderr, "top", err)
	}
	if err := c.show(ctx, stdout); err != nil {
		return cli.Fail(stderr, "top", err)
	}
	return cli.OK
}

func parse(args []string, fallback string, help io.Writer) (*command, error) {
	c := &command{}
	fs := flag.NewFlagSet("", flag.ContinueOnError)
	fs.DurationVar(&c.every, "every", 2*time.Second, "`duration` between two looks")
	fs.BoolVar(&c.once, "once", false, "show the figures of one such interval, and stop")
	switch err := cli.Parse(fs, args, usage, help); {
	case err != nil:
		return nil, err
	case fs.NArg() > 1:
		return nil, fmt.Errorf("there is one server, not %d", fs.NArg())
	case c.every <= 0:
		return nil, errors.New("-every is a duration such as 2s")
	case fs.NArg() == 1:
		fallback = fs.Arg(0)
	}
	var err error
	c.url, err = address(fallback)
	return c, err
}

// address makes the URL of the measurements of what is given as a URL, or as
// -metrics-addr is.
func address(given string) (string, error) {
	if given == "" {
		return "", errors.New("which server? Start it with -metrics-addr 127.0.0.1:9100, and give that address")
	}
	if strings.HasPrefix(given, ":") {
		given = "localhost" + given
	}
	if !strings.Contains(given, "://") {
		given = "http://" + given
	}
	u, err := url.Parse(given)
	if err != nil || u.Host == "" {
		return "", fmt.Errorf("%q is not an address such as 127.0.0.1:9100", given)
	}
	if strings.Trim(u.Path, "/") == "" {
		u.Path = "/metrics"
	}
	return u.String(), nil
}

// show shows figures until ctx ends, or once.
func (c *command) show(ctx context.Context, stdout io.Writer) error {
	client := &http.Client{Timeout: timeout, Transport: &http.Transport{MaxIdleConns: 1}}
	defer client.CloseIdleConnections()
	before, err := read(ctx, client, c.url)
	if err != nil {
		return fmt.Errorf("%w; is it the server's -metrics-addr?", err)
	}
	again := time.NewTicker(c.every)
	defer again.Stop()
	for {
		select {
		case <-again.C:
		case <-ctx.Done():
			return nil
		}
		now, err := read(ctx, client, c.url)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil && c.once:
			return err
		case err != nil: // it may come back
			c.draw(stdout, func(w io.Writer) { fmt.Fprintln(w, err) })
			continue
		}
		c.draw(stdout, func(w io.Writer) { between(before, now).write(w, c.url) })
		if c.once {
			return nil
		}
		before = now
	}
}

// draw writes a look in one go, in a terminal over the one before.
func (c *command) draw(stdout io.Writer, write func(io.Writer)) {
	var b bytes.Buffer
	live := !c.once && cli.IsTerminal(stdout)
	if live {
		b.WriteString(clearScreen)
	}
	write(&b)
	if !live && !c.once {
		b.WriteByte('\n')
	}
	_, _ = stdout.Write(b.Bytes()) // without a reader there is nobody to tell
}
