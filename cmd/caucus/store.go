package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/caucus-live/caucus/cmd/caucus/clustercmd"
	"github.com/caucus-live/caucus/internal/cluster"
	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/ledger/jetstream"
	"github.com/caucus-live/caucus/internal/ledger/sqlite"
	"github.com/caucus-live/caucus/internal/live"
)

// A store is where the polls are, and what servers that share them have in common.
type store struct {
	polls   ledger.Ledger
	key     []byte       // that tokens are signed with
	cluster live.Cluster // nil: this server is alone
	now     func() time.Time
	closers []io.Closer // in the order in which they were opened
}

// Close closes everything, the last first.
func (s *store) Close() error {
	var errs []error
	for i := range s.closers {
		errs = append(errs, s.closers[len(s.closers)-1-i].Close())
	}
	return errors.Join(errs...)
}

// open opens the ledger that the flags name. One that is shared may have to wait for
// other servers.
func (c *config) open(ctx context.Context, log *slog.Logger) (_ *store, err error) {
	s := &store{now: time.Now}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	if c.ledger == "" && c.access != (cluster.Access{}) {
		return s, errors.New("-ledger-creds, -ledger-ca, -ledger-cert and -ledger-key say how to reach the servers of -ledger, which is missing")
	}
	if c.cluster == "" && c.ledger == "" {
		polls, err := sqlite.Open(c.data, &sqlite.Options{Logger: log}) //nolint:contextcheck // a start is not given up halfway
		if err != nil {
			return s, explainData(err)
		}
		s.polls, s.closers = polls, append(s.closers, polls)
		s.key, err = c.key()
		return s, err
	}
	node, err := c.join(log) //nolint:contextcheck // what it begins ends with Close
	if err != nil {
		return s, err
	}
	s.closers = append(s.closers, node)
	clock, err := node.Clock(time.Now, log)
	if err != nil {
		return s, err
	}
	s.now, s.closers = clock.Now, append(s.closers, clock)
	polls, err := jetstream.Open(ctx, node.Conn(), &jetstream.Options{Replicas: node.Replicas(), Horizon: c.horizon(), Dir: c.clusterDir(), Now: s.now, Logger: log})
	if err != nil {
		return s, err
	}
	s.polls, s.closers, s.cluster = polls, append(s.closers, polls), node.Bus()
	if c.tokenKey != "" || c.tokenKeyFile != "" {
		s.key, err = c.key()
	} else {
		s.key, err = node.TokenKey(ctx)
	}
	return s, errors.Join(err, node.AwaitWhole(ctx))
}

// horizon is how long a poll may live at most.
func (c *config) horizon() time.Duration {
	return cmp.Or(c.maxLifetime, max(live.MaxLifetime, c.pollTTL))
}

// clusterDir is where the NATS server in this process keeps its data; "" without one.
func (c *config) clusterDir() string {
	if c.cluster == "" {
		return ""
	}
	return filepath.Join(c.data, clustercmd.Dir)
}

// join starts this server's part of the cluster, or connects to one of NATS servers.
func (c *config) join(log *slog.Logger) (*cluster.Node, error) {
	switch {
	case c.cluster == "":
		return cluster.Connect(c.ledger, c.access, log)
	case c.ledger != "":
		return nil, errors.New("-cluster runs NATS in this server, and -ledger uses one elsewhere; give one of them")
	case len(c.peers) == 0:
		return nil, errors.New("-cluster needs -peers: the addresses of all servers, this one's included")
	case c.clusterKeyFile == "":
		return nil, errors.New("-cluster needs -cluster-key-file: a secret of 32 bytes or more, the same for all servers")
	}
	secret, err := os.ReadFile(c.clusterKeyFile)
	if err != nil {
		return nil, fmt.Errorf("the key of the cluster cannot be read: %w", explainSecret(err))
	}
	return cluster.Start(cluster.Options{
		Address: c.cluster, Members: c.peers, Secret: bytes.TrimSpace(secret), Dir: c.clusterDir(), Logger: log,
	})
}
