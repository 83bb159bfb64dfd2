package httpd

import (
	"cmp"
	"fmt"
	"io/fs"
	"log/slog"
	"net/netip"
	"strings"
	"time"

	"github.com/caucus-live/caucus/internal/live"
)

// Options configure a [Server]. Every zero value stands for the default that
// its comment names; only TokenKey has none.
type Options struct {
	// TokenKey signs access tokens; at least [MinTokenKey] bytes. Whoever has it
	// can act as anyone. Another key makes all tokens worthless.
	TokenKey []byte

	// AllowOrigins are the origins, such as "https://polls.example", whose pages
	// may use this server from another host or port, over REST and over sockets.
	// "*" allows every page. Pages that this server serves always may.
	// Default: no other.
	AllowOrigins []string

	// TrustProxy says that a reverse proxy of ours is in front, and no client can
	// reach this server past it. Then X-Forwarded-For has the client's address, and
	// X-Forwarded-Proto, -Host, -Port and -Prefix say what the client asked; what is
	// missing there, Forwarded (RFC 7239) says. Default: none of them is read.
	TrustProxy bool

	// Proxies is how many of them are in a row; each appends the address it saw to
	// X-Forwarded-For or Forwarded. A request with fewer addresses there is refused; one without any
	// counts for its sender. Default: 1.
	Proxies int

	// ProxyNetworks, if there are any, are those that the proxies are in, instead of
	// their number: the client's is the last address that is in none of them.
	// Default: none.
	ProxyNetworks []netip.Prefix

	// PublicURL is where people reach this server, such as "https://polls.example"
	// or "https://example.org/vote": pages of that origin are its own, whatever a
	// proxy makes of the Host, and links lead there. Its path is the BasePath.
	// Default: what each request says.
	PublicURL string

	// BasePath is the path below which everything is served, such as "/vote". A
	// proxy may remove it or leave it. Default: that of PublicURL, or the one that a
	// trusted proxy names in X-Forwarded-Prefix, or none.
	BasePath string

	// Addresses returns the URLs at which other devices in the networks around reach
	// this server, the likeliest first, for people who have opened it as localhost.
	// It is called for each request that asks. Default: none.
	Addresses func() []string

	// Creations limits how many polls an address may create. Default: 60 at
	// once, 60 more over 10 minutes.
	Creations Rate

	// FailedJoins limits how often an address may ask for a code that no poll
	// has. What succeeds is never limited. Default: 60 at once, 60 more over 2 minutes.
	FailedJoins Rate

	// Handshakes limits how often an address may open a Socket.IO session, whoever shares
	// it; all addresses together may twice as often. Default: 20,000 at once, 20,000 more
	// over 10 seconds.
	Handshakes Rate

	// Commands limits what the holder of a token may ask over all their sockets.
	// Default: 60 at once, 60 more over 10 seconds.
	Commands Rate

	// MaxMessage bounds what a client may send at once over a socket, in bytes; the
	// connection of one that sends more is closed. The longest ballot needs a
	// hundredth of the default. Default: 64 KiB.
	MaxMessage int

	// MinDisk is how many bytes the disk of the ledger must have left for new polls to be
	// made; below it they are refused, and /readyz says so. Default: 256 MiB.
	MinDisk int64

	// MaxDocuments bounds, in bytes, the results and exports of closed polls that
	// are cached or being sent: a fourth of it for one poll, half of it for the readers of
	// one address. When clients that do not read hold that much, further requests of
	// theirs, or of all, get status 503. An eighth is for small documents, which big ones
	// never leave without room. Half as much again is for the polls in answers to clients of
	// the base contract; beyond it the oldest of them are cut off. Default: 32 MiB.
	MaxDocuments int

	// Arriving is how many sockets are let into their polls at the same time: a
	// fourth of it into one poll, and half of it from one address; others wait for
	// their turn. Beyond it, handshakes get status 503 with a random Retry-After,
	// so a server whose clients all return at once works on as many as it can.
	// Default: 1,000.
	Arriving int

	// Unconfirmed is how many may be connected without being in a poll yet, half of
	// them from one address; beyond it the oldest end. Those who wait for their turn are
	// among them, and cost memory, not work. Default: 10,000, or ten times Arriving if
	// that is more.
	Unconfirmed int

	// AnswerTimeout bounds how long a client waits for the answer to a command,
	// and a request for its response. A command that is late may still take
	// effect. Default: 20 seconds.
	AnswerTimeout time.Duration

	// DrainTimeout is how long, when [Server.Serve] ends, to wait for clients to
	// take their pending messages, and then for the polls to be written. Default:
	// 15 seconds.
	DrainTimeout time.Duration

	// DrainWindow is the part of it over which sockets are closed, so that their
	// clients do not all come back at once. Default: 1 second.
	DrainWindow time.Duration

	// Web is the built web client. Default: none; the pages say so.
	Web fs.FS

	// Version is what /healthz and the metrics say of this build. Default: "unknown".
	Version string

	// Live configures the polls. Its Logger defaults to the one below.
	Live live.Options

	// Logger takes request logs and faults; never tokens, names, ballots or
	// query strings. Default: [slog.Default].
	Logger *slog.Logger
}

// withDefaults returns a copy in which nothing is left to be defaulted.
func (o *Options) withDefaults() (*Options, error) {
	if o == nil || len(o.TokenKey) < MinTokenKey {
		return nil, fmt.Errorf("httpd: the token key must have at least %d bytes", MinTokenKey)
	}
	c := *o
	c.Creations = cmp.Or(c.Creations, Rate{60, 10 * time.Minute})
	c.FailedJoins = cmp.Or(c.FailedJoins, Rate{60, 2 * time.Minute})
	c.Handshakes = cmp.Or(c.Handshakes, Rate{20_000, 10 * time.Second})
	c.Commands = cmp.Or(c.Commands, Rate{60, 10 * time.Second})
	c.MaxMessage = cmp.Or(c.MaxMessage, 64<<10)
	c.MaxDocuments = cmp.Or(c.MaxDocuments, 32<<20)
	c.MinDisk = cmp.Or(c.MinDisk, 256<<20)
	c.Arriving = cmp.Or(c.Arriving, 1000)
	c.Unconfirmed = cmp.Or(c.Unconfirmed, max(10_000, 10*c.Arriving))
	c.Proxies = cmp.Or(c.Proxies, 1)
	c.AnswerTimeout = cmp.Or(c.AnswerTimeout, 20*time.Second)
	c.DrainTimeout = cmp.Or(c.DrainTimeout, 15*time.Second)
	c.DrainWindow = cmp.Or(c.DrainWindow, time.Second)
	c.Version = cmp.Or(c.Version, "unknown")
	c.Logger = cmp.Or(c.Logger, slog.Default())
	c.Live.Logger = cmp.Or(c.Live.Logger, c.Logger)
	if c.Addresses == nil {
		c.Addresses = func() []string { return nil }
	}
	if err := c.placeBase(); err != nil {
		return nil, err
	}
	return &c, c.validate()
}

// placeBase makes BasePath and PublicURL agree.
func (o *Options) placeBase() error {
	o.BasePath = strings.TrimSuffix(o.BasePath, "/")
	if o.BasePath != "" && !validBase(o.BasePath) {
		return fmt.Errorf("httpd: BasePath is like /vote, in plain characters; it is not %q", o.BasePath)
	}
	if o.PublicURL == "" {
		return nil
	}
	public, err := parsePlace(o.PublicURL)
	if err != nil {
		return err
	}
	if o.BasePath != "" && public.base != o.BasePath {
		return fmt.Errorf("httpd: BasePath is %s, but the path of PublicURL is %q", o.BasePath, public.base)
	}
	o.BasePath = public.base
	return nil
}

// proxies are those in front, whose word is taken.
func (o *Options) proxies() proxies {
	switch {
	case !o.TrustProxy:
		return proxies{}
	case len(o.ProxyNetworks) > 0:
		return proxies{networks: o.ProxyNetworks}
	}
	return proxies{count: o.Proxies}
}

func (o *Options) validate() error {
	for name, r := range map[string]Rate{"Creations": o.Creations, "FailedJoins": o.FailedJoins, "Handshakes": o.Handshakes, "Commands": o.Commands} {
		if r.Per <= 0 {
			return fmt.Errorf("httpd: %s: the period of a rate must be above zero", name)
		}
	}
	for name, n := range map[string]int{"MaxMessage": o.MaxMessage, "MinDisk": int(o.MinDisk), "Proxies": o.Proxies, "MaxDocuments": o.MaxDocuments, "Arriving": o.Arriving, "Unconfirmed": o.Unconfirmed} {
		if n < 0 {
			return fmt.Errorf("httpd: %s must not be negative", name)
		}
	}
	for name, d := range map[string]time.Duration{
		"AnswerTimeout": o.AnswerTimeout, "DrainTimeout": o.DrainTimeout, "DrainWindow": o.DrainWindow,
	} {
		if d < 0 {
			return fmt.Errorf("httpd: %s must not be negative", name)
		}
	}
	for _, origin := range o.AllowOrigins {
		if err := validateOrigin(origin); err != nil {
			return err
		}
	}
	return nil
}
