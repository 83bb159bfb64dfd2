package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/caucus-live/caucus/cmd/caucus/auditcmd"
	"github.com/caucus-live/caucus/cmd/caucus/clustercmd"
	"github.com/caucus-live/caucus/cmd/caucus/convertcmd"
	"github.com/caucus-live/caucus/cmd/caucus/countcmd"
	"github.com/caucus-live/caucus/cmd/caucus/doctor"
	"github.com/caucus-live/caucus/cmd/caucus/ledgercmd"
	"github.com/caucus-live/caucus/cmd/caucus/load"
	"github.com/caucus-live/caucus/cmd/caucus/top"
	"github.com/caucus-live/caucus/internal/httpd"
	"github.com/caucus-live/caucus/internal/ledger/sqlite"
	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/logflood"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/web"
)

// An exitCode is the error of a subcommand that has said itself what is wrong.
type exitCode int

func (c exitCode) Error() string { return fmt.Sprintf("exit code %d", int(c)) }

// run is the whole program, until ctx ends.
func run(ctx context.Context, args []string, getenv func(string) string, stdin io.Reader, stdout, stderr io.Writer) error {
	if len(args) > 0 {
		switch args[0] {
		case "count":
			return exit(countcmd.Run(ctx, args[1:], stdin, stdout, stderr))
		case "convert":
			return exit(convertcmd.Run(ctx, args[1:], stdin, stdout, stderr))
		case "verify":
			return exit(auditcmd.Verify(ctx, args[1:], stdin, stdout, stderr))
		case "ledger":
			return exit(ledgercmd.Run(ctx, args[1:], cmp.Or(getenv("CAUCUS_DATA"), defaultData), stdout, stderr))
		case "cluster":
			return exit(clustercmd.Cluster(ctx, args[1:], cmp.Or(getenv("CAUCUS_DATA"), defaultData), stdout, stderr))
		case "doctor":
			return exit(doctor.Main(ctx, args[1:], stdout, stderr))
		case "top":
			return exit(top.Main(ctx, args[1:], getenv("CAUCUS_METRICS_ADDR"), stdout, stderr))
		case "demo":
			return exit(load.MainDemo(ctx, args[1:], stdout, stderr))
		case "load":
			return exit(load.Main(ctx, args[1:], stdin, stdout, stderr))
		}
	}
	c, err := parseFlags(args, getenv, stdout)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return nil
	case err != nil:
		return err
	case c.version:
		_, err := fmt.Fprintf(stdout, "caucus %s %s\n", version(), runtime.Version())
		return err
	}
	c.supervisor = newSupervisor(getenv)
	return c.serve(ctx, stdout, stderr)
}

func exit(code int) error {
	if code == 0 {
		return nil
	}
	return exitCode(code)
}

// serve opens everything from the bottom up, serves until ctx ends, and closes it
// in the other order.
func (c *config) serve(ctx context.Context, stdout, stderr io.Writer) (err error) {
	saveMemory()
	lines := logflood.New(c.logHandler(stderr))
	defer lines.Close() //nolint:contextcheck // what it has to say is nobody's request
	log := slog.New(lines)
	// All addresses first: what httpd.New starts, only Serve ends.
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", c.addr)
	if err != nil {
		return c.encryption.explainAddr(addrFlag, c.addr, err)
	}
	defer ln.Close() // for the errors below; Serve has closed it otherwise
	metrics, err := listenApart(ctx, "metrics-addr", c.metricsAddr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, metrics.close()) }()
	profiling, err := listenApart(ctx, "pprof-addr", c.pprofAddr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, profiling.close()) }()

	s, err := c.open(ctx, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	plain, cancel := context.WithCancel(ctx)
	defer cancel()
	encrypted, wait, err := c.encryption.wrap(plain, frugal{ln}, c.data, log)
	if err != nil {
		return err
	}
	defer wait()
	defer cancel()
	srv, err := httpd.New(s.polls, c.options(s, log, func() []string { return c.around(ln.Addr()) })) //nolint:contextcheck // what it starts, Serve ends
	if err != nil {
		return explainOption(err)
	}
	metrics.serve(ctx, measurements(srv.Metrics()), log)
	profiling.serve(ctx, profiles(), log)
	var watching sync.WaitGroup
	defer watching.Wait()
	defer cancel()
	watching.Go(func() { c.supervisor.watch(plain, srv) }) // ends with plain
	c.announce(stdout, ln.Addr())
	return srv.Serve(ctx, encrypted)
}

func (c *config) options(s *store, log *slog.Logger, around func() []string) *httpd.Options {
	return &httpd.Options{
		TokenKey:      s.key,
		AllowOrigins:  c.allowOrigins,
		TrustProxy:    c.trustProxy.any(),
		Proxies:       c.trustProxy.count,
		ProxyNetworks: c.trustProxy.networks,
		PublicURL:     c.publicURL,
		BasePath:      c.basePath,
		Addresses:     around,
		Creations:     c.creations,
		FailedJoins:   c.failedJoins,
		Commands:      c.commands,
		Web:           web.Files(),
		Version:       version(),
		MaxMessage:    c.maxMessage,
		Arriving:      c.maxArriving,
		MinDisk:       c.minDisk,
		Live: live.Options{
			PollTTL:     c.pollTTL,
			MaxLifetime: c.maxLifetime,
			BasePeople:  c.maxBase,
			Entries:     c.maxEntries,
			Bytes:       c.maxBytes,
			Connections: c.maxTabs,
			Cluster:     s.cluster,
			Now:         s.now,
			Limits:      poll.Limits{Participants: c.maxPeople, Nominations: c.maxOptions},
		},
		Logger: log,
	}
}

// flagOf replaces the options that errors name by the flags that set them.
var flagOf = strings.NewReplacer(
	"httpd: ", "", "live: ", "",
	"PublicURL", "-public-url", "BasePath", "-base-path", "AllowOrigins", "-allow-origin",
	"MaxMessage", "-max-message", "Arriving", "-max-arriving", "MinDisk", "-min-disk",
	"PollTTL", "-poll-ttl", "MaxLifetime", "-max-lifetime", "BasePeople", "-max-base-people", "Connections", "-max-tabs",
	"Entries", "-max-poll-entries", "Bytes", "-max-poll-bytes", "Limits", "-max-people and -max-nominations",
)

// explainOption says of an error which flag it is about. What the operator wrote is in quotation
// marks, and stays as it is.
func explainOption(err error) error {
	sentence, written, isQuoted := strings.Cut(err.Error(), `"`)
	sentence = flagOf.Replace(sentence)
	if isQuoted {
		sentence += `"` + written
	}
	return errors.New(sentence)
}

func (c *config) logHandler(w io.Writer) slog.Handler {
	opts := &slog.HandlerOptions{Level: c.logLevel}
	if c.logFormat == "json" {
		return slog.NewJSONHandler(w, opts)
	}
	return slog.NewTextHandler(w, opts)
}

// explainData adds what to do about a data directory that cannot be used.
func explainData(err error) error {
	if errors.Is(err, sqlite.ErrInUse) {
		return fmt.Errorf("%w; stop that server, or choose another directory with -data", err)
	}
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Errorf("%w; choose a directory that can be written with -data", err)
	}
	return err
}

// announce tells where people can open the server.
func (c *config) announce(w io.Writer, addr net.Addr) {
	fmt.Fprint(w, "Caucus is ready. Open it at\n\n")
	for _, url := range c.announced(addr) {
		fmt.Fprintf(w, "    %s\n", url)
	}
	if fmt.Fprintln(w); c.publicURL != "" {
		fmt.Fprintf(w, "People reach it at %s.\n", c.publicURL)
	}
}

// release is the version that scripts/release builds, set by the linker.
var release string

// version is the release's, or the module's, with the commit where there is no release.
func version() string {
	if release != "" {
		return release
	}
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}
