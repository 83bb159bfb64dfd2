package live

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/caucus-live/caucus/internal/poll"
)

// Options configure a Registry. The zero value of a field stands for its
// default; a nil *Options is all defaults.
type Options struct {
	// Logger receives what an operator may have to act on, with the ids of
	// polls and never with a name, text or ballot. Default: none.
	Logger *slog.Logger

	// PollTTL is how long a poll lives, from its creation. Its tokens end with
	// it. Default 24 hours; at least a second.
	PollTTL time.Duration

	// MaxLifetime is the longest life that the creator of a poll may ask for, and to which its
	// admin may extend it. Default 30 days, or PollTTL if that is longer.
	MaxLifetime time.Duration

	// Grace is how long a person who lost their last connection keeps their place
	// while the poll is in the lobby. Default 30 seconds.
	Grace time.Duration

	// PatchInterval is the least time between two patches of one poll. Default 50
	// milliseconds.
	PatchInterval time.Duration

	// BaseInterval is the least time between two whole views of one poll for
	// clients of the base contract. Default 200 milliseconds.
	BaseInterval time.Duration

	// DeliveryCost is the processor time that one message to one connection takes
	// in all. It lengthens both intervals in big rooms, so that neither kind of
	// publication to one room costs more than a quarter of a core. Where writing takes
	// longer than that, the intervals are four times as long as it takes. Default 10
	// microseconds.
	DeliveryCost time.Duration

	// Idle is how long a poll that nobody uses stays in memory. Default 1 minute.
	Idle time.Duration

	// SnapshotEvery is after how many entries of one poll a snapshot is saved, or
	// after as many as there are people in it if that is more, so that opening the
	// poll again need not read its whole log. A snapshot of 256 KiB or more also waits until
	// the log has grown by as many bytes as the last one has. Default 4,000.
	SnapshotEvery int

	// SweepInterval is how often expired polls are removed from the ledger.
	// Nobody can use them any more before that. Default 1 minute.
	SweepInterval time.Duration

	// BasePeople is how many people a poll may have for clients of the base contract
	// to be let in. That contract sends everybody to everybody. When a poll grows
	// beyond it, those clients are told where to go, and their connections end.
	// Default 500.
	BasePeople int

	// Connections is how many a person may have to one poll at a time: tabs.
	// Default 20.
	Connections int

	// Entries and Bytes bound the log of one poll, whoever fills it. Half of each is
	// for everybody, a fourth more for changed ballots, an eighth more for hosts, and the
	// rest for the admin; closing, cancelling and a first ballot are always possible. People
	// who come and go are counted apart: half of Entries, and two more for each second since
	// the poll was made, so that they slow newcomers down and do not keep them out. Defaults:
	// 20 entries for each person that Limits allows, and 500 bytes for each of these.
	Entries int
	Bytes   int64

	// Cluster connects the servers that share the ledger. Default: none; this server
	// is the only one that writes to it.
	Cluster Cluster

	// Now is the time by which polls go, the same for all servers. Default: time.Now.
	Now func() time.Time

	// Limits are those of new polls; a zero field is the domain's default.
	Limits poll.Limits
}

// MaxLifetime is the default of Options.MaxLifetime, if PollTTL is not longer.
const MaxLifetime = 30 * 24 * time.Hour

// withDefaults returns a copy with every default filled in, or says what is wrong.
func (o *Options) withDefaults() (Options, error) {
	var opts Options
	if o != nil {
		opts = *o
	}
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	for _, f := range []struct {
		name            string
		value           *time.Duration
		least, fallback time.Duration
	}{
		{"PollTTL", &opts.PollTTL, time.Second, 24 * time.Hour},
		{"Grace", &opts.Grace, 0, 30 * time.Second},
		{"PatchInterval", &opts.PatchInterval, 0, 50 * time.Millisecond},
		{"BaseInterval", &opts.BaseInterval, 0, 200 * time.Millisecond},
		{"DeliveryCost", &opts.DeliveryCost, 0, 10 * time.Microsecond},
		{"Idle", &opts.Idle, 0, time.Minute},
		{"SweepInterval", &opts.SweepInterval, 0, time.Minute},
	} {
		if *f.value == 0 {
			*f.value = f.fallback
		}
		if *f.value < f.least {
			return Options{}, fmt.Errorf("live: %s is %s; it must be at least %s", f.name, *f.value, f.least)
		}
	}
	if opts.MaxLifetime == 0 {
		opts.MaxLifetime = max(MaxLifetime, opts.PollTTL)
	}
	if opts.MaxLifetime < opts.PollTTL {
		return Options{}, fmt.Errorf("live: MaxLifetime is %s; it must be at least PollTTL, %s", opts.MaxLifetime, opts.PollTTL)
	}
	for _, f := range []struct {
		name     string
		value    *int
		fallback int
	}{
		{"SnapshotEvery", &opts.SnapshotEvery, 4000},
		{"BasePeople", &opts.BasePeople, 500},
		{"Connections", &opts.Connections, 20},
	} {
		if *f.value == 0 {
			*f.value = f.fallback
		}
		if *f.value < 0 {
			return Options{}, fmt.Errorf("live: %s is %d; it must be positive", f.name, *f.value)
		}
	}
	opts.Limits = opts.Limits.WithDefaults()
	if err := opts.Limits.Check(); err != nil {
		return Options{}, fmt.Errorf("live: Limits: %w", err)
	}
	if opts.Entries == 0 {
		opts.Entries = 20 * opts.Limits.Participants
	}
	if opts.Bytes == 0 {
		opts.Bytes = 500 * int64(opts.Entries)
	}
	switch {
	case opts.Entries < 0:
		return Options{}, fmt.Errorf("live: Entries is %d; it must be positive", opts.Entries)
	case opts.Bytes < 0:
		return Options{}, fmt.Errorf("live: Bytes is %d; it must be positive", opts.Bytes)
	}
	return opts, nil
}
