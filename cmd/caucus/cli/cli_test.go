package cli_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/cmd/caucus/cli"
)

func TestParse(t *testing.T) {
	parse := func(help io.Writer, args ...string) (n int, err error) {
		fs := flag.NewFlagSet("", flag.ContinueOnError)
		fs.IntVar(&n, "n", 1, "so `many`")
		return n, cli.Parse(fs, args, "What it does.\n", help)
	}
	if n, err := parse(nil, "-n", "3"); n != 3 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	var help bytes.Buffer
	if _, err := parse(&help, "-x"); err == nil || help.Len() > 0 {
		t.Errorf("%v, %q", err, &help)
	}
	if _, err := parse(&help, "-help"); !errors.Is(err, flag.ErrHelp) {
		t.Error(err)
	}
	if diff := cmp.Diff("What it does.\n  -n many\n    \tso many (default 1)\n", help.String()); diff != "" {
		t.Error(diff)
	}
}

func TestEnds(t *testing.T) {
	why := errors.New("why")
	for _, c := range []struct {
		end  func(io.Writer, string, error) int
		err  error
		code int
		says string
	}{
		{cli.Misused, flag.ErrHelp, cli.OK, ""},
		{cli.Misused, why, cli.Usage, "caucus count: why\ncaucus count -help shows how to use it.\n"},
		{cli.Fail, why, cli.Failed, "caucus count: why\n"},
	} {
		var out bytes.Buffer
		if code := c.end(&out, "count", c.err); code != c.code || out.String() != c.says {
			t.Errorf("%v: %d %q", c.err, code, &out)
		}
	}
}

func TestReader(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	r := cli.Reader(ctx, strings.NewReader("ab"))
	if n, err := r.Read(make([]byte, 1)); n != 1 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	why := errors.New("why")
	cancel(why)
	if n, err := r.Read(make([]byte, 1)); n != 0 || !errors.Is(err, why) {
		t.Errorf("%d, %v", n, err)
	}
}
