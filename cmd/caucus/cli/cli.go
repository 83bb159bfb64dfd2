// Package cli is what the commands of caucus have in common.
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"os"
)

// The exit codes of a subcommand.
const (
	OK     = 0
	Failed = 1 // something is not as it ought to be
	Usage  = 2 // the arguments make no sense
)

// Parse parses args, and says nothing of its own: what is wrong is in the error. When
// args ask for help it writes usage and the flags to help, and returns [flag.ErrHelp].
func Parse(fs *flag.FlagSet, args []string, usage string, help io.Writer) error {
	fs.SetOutput(io.Discard)
	fs.Usage = func() {}
	err := fs.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(help, usage)
		fs.SetOutput(help)
		fs.PrintDefaults()
	}
	return err
}

// Misused is the end of a subcommand whose args could not be parsed: it tells why,
// unless they asked for help, and returns the exit code.
func Misused(stderr io.Writer, command string, err error) int {
	if errors.Is(err, flag.ErrHelp) {
		return OK
	}
	fmt.Fprintf(stderr, "caucus %s: %v\ncaucus %[1]s -help shows how to use it.\n", command, err)
	return Usage
}

// Fail is the end of a subcommand that could not do its work: it tells why, and
// returns the exit code.
func Fail(stderr io.Writer, command string, err error) int {
	fmt.Fprintf(stderr, "caucus %s: %v\n", command, err)
	return Failed
}

// IsTerminal reports whether somebody looks at what is written to w as it comes.
func IsTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// IsLoopback reports whether a host of a URL, without its port, is the machine that looks it up.
func IsLoopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.Unmap().IsLoopback()
}

// Reader reads from r until ctx ends; then it returns the cause of that.
func Reader(ctx context.Context, r io.Reader) io.Reader { return &reader{ctx, r} }

type reader struct {
	ctx context.Context //nolint:containedctx // a Read has no other way to get one
	r   io.Reader
}

// Read implements [io.Reader].
func (r *reader) Read(p []byte) (int, error) {
	if r.ctx.Err() != nil {
		return 0, context.Cause(r.ctx)
	}
	return r.r.Read(p)
}
