package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"strings"
	"time"

	"github.com/caucus-live/caucus/cmd/caucus/cli"
	"github.com/caucus-live/caucus/internal/cluster"
	"github.com/caucus-live/caucus/internal/httpd"
)

// A config is what the flags and the environment say.
type config struct {
	addr         string
	data         string
	pollTTL      time.Duration
	maxLifetime  time.Duration
	allowOrigins []string
	tokenKeyFile string
	trustProxy   proxies
	publicURL    string
	basePath     string
	encryption   encryption
	creations    httpd.Rate
	failedJoins  httpd.Rate
	commands     httpd.Rate
	maxPeople    int
	maxOptions   int
	maxBase      int
	maxTabs      int
	maxMessage   int
	maxArriving  int
	maxEntries   int
	maxBytes     int64
	minDisk      int64
	metricsAddr  string
	pprofAddr    string

	ledger         string
	access         cluster.Access
	cluster        string
	peers          []string
	clusterKeyFile string

	logFormat string
	logLevel  slog.Level
	version   bool

	supervisor supervisor // of the environment
	tokenKey   string     // only of the environment: a flag would show in the list of processes
}

const usage = `Caucus lets a room decide, live.

	caucus [flags]        start the server
	caucus count FILE     count an election file
	caucus convert FILE   write an election file in another format
	caucus verify FILE    check the export of a closed poll
	caucus ledger         back up, restore, list, show, prune and verify what a server keeps
	caucus cluster status show the servers of a cluster, and which are behind
	caucus doctor URL     check a deployment from outside
	caucus top ADDRESS    show what a server is doing, from its -metrics-addr
	caucus demo [URL]     play a poll with invented people, to look at
	caucus load [URL]     play polls with many people, and check what they see

Each flag can be given as an environment variable too: -poll-ttl as CAUCUS_POLL_TTL,
and so on; a list there is separated by commas. The flag wins. CAUCUS_TOKEN_KEY, of 32
bytes or more, is the key that signs access tokens; without it and -token-key-file one
is made at the first start and kept in the data directory.

Flags:
`

// defaultData is where the polls are kept.
const defaultData = "data"

// parseFlags returns what args say or, for what they do not, the environment. When
// it is asked for help it writes that and returns flag.ErrHelp.
func parseFlags(args []string, getenv func(string) string, help io.Writer) (*config, error) {
	c := &config{tokenKey: getenv("CAUCUS_TOKEN_KEY")}
	fs := flag.NewFlagSet("caucus", flag.ContinueOnError)
	c.register(fs)
	switch err := cli.Parse(fs, joinProxies(args), usage, help); {
	case errors.Is(err, flag.ErrHelp):
		return nil, err
	case err != nil:
		return nil, fmt.Errorf("%w; caucus -help lists flags and commands", err)
	case fs.NArg() > 0:
		return nil, fmt.Errorf("there is no command %q; caucus -help lists flags and commands", fs.Arg(0))
	}
	if err := fromEnvironment(fs, getenv); err != nil {
		return nil, err
	}
	given := map[string]bool{}
	fs.Visit(func(f *flag.Flag) { given[f.Name] = true })
	c.acmePorts(given)
	return c, c.encryption.validate()
}

func (c *config) register(fs *flag.FlagSet) {
	fs.StringVar(&c.addr, "addr", ":3000", "listen on this `host:port`")
	fs.StringVar(&c.data, "data", defaultData, "keep the polls in this `directory`")
	fs.DurationVar(&c.pollTTL, "poll-ttl", 24*time.Hour, "remove polls this `duration` after their creation")
	fs.DurationVar(&c.maxLifetime, "max-lifetime", 0, "the longest life, from an hour, that the creator of a poll may ask for (default 720h, or -poll-ttl if that is longer)")
	fs.Func("allow-origin", "let pages of this `origin`, such as https://polls.example, use the server; may be repeated, * for all", c.allowOrigin)
	fs.StringVar(&c.tokenKeyFile, "token-key-file", "", "read the key that signs access tokens from this `file`")
	fs.Var(&c.trustProxy, "trust-proxy", "believe Forwarded, X-Forwarded-For, -Proto, -Host, -Port and -Prefix; only behind a proxy that sets them; with `proxies`, how many in a row, or their networks: 2, or 10.0.0.0/8,fd00::/8 (default off, alone 1)")
	fs.StringVar(&c.publicURL, "public-url", "", "the `URL` at which people reach the server, such as https://polls.example (default taken from each request)")
	fs.StringVar(&c.basePath, "base-path", "", "serve everything below this `path`, such as /vote (default that of -public-url)")
	c.registerTLS(fs)
	rateVar(fs, &c.creations, "limit-creations", "polls that one address may create (default 60/10m)")
	rateVar(fs, &c.failedJoins, "limit-failed-joins", "unknown codes that one address may ask for (default 60/2m)")
	rateVar(fs, &c.commands, "limit-commands", "commands that one person may send (default 60/10s)")
	fs.IntVar(&c.maxPeople, "max-people", 10_000, "maximum number of `people` in a poll")
	fs.IntVar(&c.maxOptions, "max-nominations", 200, "maximum number of `nominations` in a poll")
	fs.IntVar(&c.maxBase, "max-base-people", 500, "maximum number of `people` in a poll that clients of the base contract can follow")
	fs.IntVar(&c.maxTabs, "max-tabs", 20, "maximum number of `connections` of one person to a poll")
	fs.IntVar(&c.maxMessage, "max-message", 64<<10, "maximum size of a message from a client in `bytes`")
	fs.IntVar(&c.maxArriving, "max-arriving", 1000, "maximum number of `clients` that may be connecting at once; others are told to retry later")
	fs.IntVar(&c.maxEntries, "max-poll-entries", 0, "maximum number of `entries` in the log of a poll (default 20 a person of -max-people)")
	fs.Int64Var(&c.maxBytes, "max-poll-bytes", 0, "maximum `bytes` in the log of a poll (default 500 an entry)")
	fs.Int64Var(&c.minDisk, "min-disk", 256<<20, "refuse new polls while the disk has fewer `bytes` left")
	fs.StringVar(&c.metricsAddr, "metrics-addr", "", "answer GET /metrics on this `host:port`, for Prometheus (default off)")
	fs.StringVar(&c.pprofAddr, "pprof-addr", "", "answer GET /debug/pprof/ on this `host:port`, for go tool pprof (default off)")
	fs.StringVar(&c.ledger, "ledger", "", "keep the polls in NATS servers at these `URLs`, with JetStream, for many servers")
	c.access.Flags(fs)
	fs.StringVar(&c.cluster, "cluster", "", "be one of several servers that keep the polls together, with NATS inside, at this `host:port` for the others")
	fs.Func("peers", "the `addresses` of all servers of -cluster, this one's included: 1, 3 or 5", c.setPeers)
	fs.StringVar(&c.clusterKeyFile, "cluster-key-file", "", "read the secret by which the servers of -cluster trust each other from this `file`")
	c.logFormat = "text"
	fs.Func("log-format", "write the log as `text` or json (default text)", c.setLogFormat)
	fs.TextVar(&c.logLevel, "log-level", slog.LevelInfo, "log from this `level` on: debug, info, warn or error")
	fs.BoolVar(&c.version, "version", false, "print the version and stop")
}

// The ports of the web.
const (
	httpsAddr = ":443"
	httpAddr  = ":80"
)

func (c *config) registerTLS(fs *flag.FlagSet) {
	fs.StringVar(&c.encryption.cert, "tls-cert", "", "serve https with the certificate in this `file` (PEM, with its chain), which is read again when it changes")
	fs.StringVar(&c.encryption.key, "tls-key", "", "the certificate's key, in this `file` (PEM)")
	fs.Func("acme", "serve https with certificates for this `domain` from Let's Encrypt, whose terms of service you thereby accept; may be repeated; sets -addr to :443 and -http-addr to :80 unless they are given", c.acme)
	fs.StringVar(&c.encryption.directory, "acme-directory", "", "get certificates from the authority with its ACME directory at this `URL` (default Let's Encrypt)")
	fs.StringVar(&c.encryption.httpAddr, "http-addr", "", "also listen on this `host:port`, and redirect http to https")
}

func (c *config) acme(list string) error {
	for domain := range strings.SplitSeq(list, ",") {
		domain = strings.ToLower(strings.TrimSpace(domain))
		// The authority would refuse it too, but at the first handshake, for each visitor.
		if _, err := netip.ParseAddr(domain); err == nil || domain == "" || strings.ContainsAny(domain, "/:*@ ") {
			return errors.New("a domain is like polls.example: without https://, port, path or *, and no IP address")
		}
		c.encryption.domains = append(c.encryption.domains, domain)
	}
	return nil
}

// acmePorts sets the ports that an authority comes to, unless they were given.
func (c *config) acmePorts(given map[string]bool) {
	if len(c.encryption.domains) == 0 {
		return
	}
	if !given["addr"] {
		c.addr = httpsAddr
	}
	if !given["http-addr"] {
		c.encryption.httpAddr = httpAddr
	}
}

func rateVar(fs *flag.FlagSet, r *httpd.Rate, name, help string) {
	fs.Func(name, "limit, as a `rate` such as 30/5m or off, the "+help, func(value string) (err error) {
		*r, err = httpd.ParseRate(value)
		return err
	})
}

func (c *config) allowOrigin(list string) error {
	for origin := range strings.SplitSeq(list, ",") {
		c.allowOrigins = append(c.allowOrigins, strings.TrimSpace(origin))
	}
	return nil
}

func (c *config) setPeers(list string) error {
	c.peers = nil
	for peer := range strings.SplitSeq(list, ",") {
		c.peers = append(c.peers, strings.TrimSpace(peer))
	}
	return nil
}

func (c *config) setLogFormat(format string) error {
	if format != "text" && format != "json" {
		return fmt.Errorf("must be text or json")
	}
	c.logFormat = format
	return nil
}

// variable is what a flag is called in the environment.
func variable(name string) string {
	return "CAUCUS_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

// fromEnvironment sets the flags that were not given from their variables.
func fromEnvironment(fs *flag.FlagSet, getenv func(string) string) error {
	given := map[string]bool{}
	fs.Visit(func(f *flag.Flag) { given[f.Name] = true })
	var wrong error
	fs.VisitAll(func(f *flag.Flag) {
		name := variable(f.Name)
		value := getenv(name)
		if value == "" || given[f.Name] || wrong != nil {
			return
		}
		if err := fs.Set(f.Name, value); err != nil {
			wrong = fmt.Errorf("%s is %q: %w", name, value, err)
		}
	})
	return wrong
}
