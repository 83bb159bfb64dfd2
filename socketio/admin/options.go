package admin

import (
	"cmp"
	"errors"
	"log/slog"
	"os"
	"strings"

	"golang.org/x/crypto/bcrypt"
)

// Options configure [Attach]. The zero value of each field means its default.
type Options struct {
	// Namespace is where the page connects. Default: "/admin".
	Namespace string

	// Username and PasswordHash, a bcrypt hash, are what people log in with. Both are
	// required unless DisableAuth is set.
	Username     string
	PasswordHash string

	// DisableAuth admits everyone who reaches the namespace.
	DisableAuth bool

	// Sessions remembers who has logged in, so that a reload of the page needs no
	// password. In a cluster, servers have to share it, or people log in at each.
	// Default: 1,000 sessions in memory, for 24 h each.
	Sessions Sessions

	// ReadOnly refuses the page's orders.
	ReadOnly bool

	// Production sends figures only. Otherwise the page also gets every socket, every
	// room and every event with its arguments, which may be secret and costs a packet
	// for each; that is for development and small servers.
	Production bool

	// ServerID tells servers apart. Default: the host's name.
	ServerID string

	// Logger receives errors. Default: [slog.Default].
	Logger *slog.Logger
}

func (o *Options) withDefaults() (Options, error) {
	var opts Options
	if o != nil {
		opts = *o
	}
	opts.Namespace = "/" + strings.TrimPrefix(cmp.Or(opts.Namespace, "/admin"), "/")
	if opts.Sessions == nil {
		opts.Sessions = new(memory)
	}
	opts.Logger = cmp.Or(opts.Logger, slog.Default())
	if opts.ServerID == "" {
		opts.ServerID = hostname()
	}
	return opts, opts.validate()
}

func (o *Options) validate() error {
	if o.DisableAuth {
		if o.Username != "" || o.PasswordHash != "" {
			return errors.New("admin: DisableAuth, and a Username or PasswordHash")
		}
		return nil
	}
	if o.Username == "" {
		return errors.New("admin: Options.Username is missing; without passwords, set DisableAuth")
	}
	if _, err := bcrypt.Cost([]byte(o.PasswordHash)); err != nil {
		return errors.New("admin: Options.PasswordHash is not a bcrypt hash")
	}
	return nil
}

func hostname() string {
	name, err := os.Hostname()
	if err != nil {
		return "unknown"
	}
	return name
}
