package doctor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"time"

	"github.com/caucus-live/caucus/cmd/caucus/cli"
)

const usage = `Usage: caucus doctor [flags] URL

Looks at a deployment from outside, as clients do, at the address that people open. For
each thing that is wrong it says what to change. It creates no poll. The exit code is 1
if there is a failure. It takes half a minute: the longest silence that a proxy must bear.

`

// Main is the subcommand: it examines the deployment that args name and writes the
// report to stdout, or what is wrong to stderr. It returns the exit code: 0; or 1 if
// there is a failure or it could not look; or 2 if args make no sense.
func Main(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var opts Options
	var asJSON bool
	var roots string
	fs := flag.NewFlagSet("", flag.ContinueOnError)
	fs.BoolVar(&asJSON, "json", false, "write the report as JSON")
	fs.StringVar(&roots, "ca", "", "also trust the certificate authorities in this `file` (PEM)")
	fs.DurationVar(&opts.Idle, "idle", 0, "`duration` that an idle connection must survive (default the server's ping interval)")
	fs.IntVar(&opts.MetricsPort, "metrics-port", 0, "the `port` of -metrics-addr, which should not be open (default 9100, unless the address is this machine's own)")
	switch err := cli.Parse(fs, args, usage, stdout); {
	case err != nil:
		return cli.Misused(stderr, "doctor", err)
	case fs.NArg() != 1:
		return cli.Misused(stderr, "doctor", errors.New("there should be one address, such as https://polls.example"))
	case opts.Idle < 0 || opts.Idle > time.Hour:
		return cli.Misused(stderr, "doctor", errors.New("-idle is from 0 to an hour"))
	case opts.MetricsPort < 0 || opts.MetricsPort > math.MaxUint16:
		return cli.Misused(stderr, "doctor", errors.New("-metrics-port is from 1 to 65535"))
	}
	opts.URL = fs.Arg(0)
	if err := opts.trust(roots); err != nil {
		return cli.Misused(stderr, "doctor", err)
	}
	report, err := Examine(ctx, opts)
	if err == nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		return cli.Fail(stderr, "doctor", err)
	}
	if err := write(stdout, report, asJSON); err != nil {
		return cli.Fail(stderr, "doctor", err)
	}
	if !report.OK {
		return cli.Failed
	}
	return cli.OK
}

// trust adds the certificates of a file to the system's.
func (o *Options) trust(file string) error {
	if file == "" {
		return nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(data) {
		return fmt.Errorf("%s has no certificate in PEM", file)
	}
	o.TLS = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	return nil
}

func write(w io.Writer, r *Report, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		return enc.Encode(r)
	}
	failures, warnings := 0, 0
	for _, f := range r.Findings {
		sign := "ok  "
		switch f.Status {
		case Failure:
			sign = "FAIL"
			failures++
		case Warning:
			sign = "warn"
			warnings++
		case OK:
		}
		fmt.Fprintf(w, "%s  %-15s %s\n", sign, f.Check, f.Saw)
		if f.Remedy != "" {
			fmt.Fprintf(w, "      %-15s → %s\n", "", f.Remedy)
		}
	}
	_, err := fmt.Fprintf(w, "\n%s: %s, %s.\n", r.URL, plural(failures, "failure"), plural(warnings, "warning"))
	return err
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
