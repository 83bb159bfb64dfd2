package cluster

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"github.com/caucus-live/caucus/internal/durable"
)

// An inside is the NATS server in this process. It can be stopped and started again while
// connections to it wait.
type inside struct {
	Options

	config *server.Options
	kept   []string                      // the streams that the directory had at first
	place  *holding                      // of the directory
	server atomic.Pointer[server.Server] // nil while it does not run
}

// InProcessConn implements [nats.InProcessConnProvider].
func (i *inside) InProcessConn() (net.Conn, error) {
	if s := i.server.Load(); s != nil {
		return s.InProcessConn()
	}
	return nil, errors.New("cluster: NATS does not run")
}

// options are those of this process's connection.
func (i *inside) options() []nats.Option {
	return []nats.Option{
		nats.InProcessServer(i), nats.UserInfo(user, i.config.Password), nats.Timeout(startTimeout), nats.ErrorHandler((&logger{i.Logger}).fault),
		nats.ReconnectWait(reconnectWait), nats.ReconnectJitter(reconnectWait, reconnectWait),
	}
}

// contact is the file that says how to reach the server.
func (i *inside) contact() string { return filepath.Join(i.Dir, contactName) }

// start starts the server on what its directory has.
func (i *inside) start() error {
	if len(i.Members) > 1 {
		if err := i.forgetSums(); err != nil {
			return fmt.Errorf("cluster: %w", err)
		}
	}
	s, err := server.NewServer(i.config.Clone())
	if err != nil {
		return fmt.Errorf("cluster: %w", err)
	}
	s.SetLoggerV2(&logger{i.Logger}, false, false, false)
	s.Start()
	i.server.Store(s)
	if !s.ReadyForConnections(startTimeout) {
		return fmt.Errorf("cluster: %s cannot be listened on, or %s cannot be written", i.Address, i.Dir)
	}
	contact := url.URL{Scheme: "nats", User: url.UserPassword(user, i.config.Password), Host: s.Addr().String()}
	if err := os.WriteFile(i.contact(), []byte(contact.String()+"\n"), 0o600); err != nil {
		return fmt.Errorf("cluster: %w", err)
	}
	return nil
}

// stop stops the server. Another takes over what it leads.
func (i *inside) stop() {
	if s := i.server.Swap(nil); s != nil {
		s.Shutdown()
		s.WaitForShutdown()
	}
}

// close stops the server, and gives the directory up.
func (i *inside) close() error {
	i.stop()
	err := os.Remove(i.contact())
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	if err := errors.Join(err, durable.Release(i.place.file)); err != nil {
		return fmt.Errorf("cluster: %w", err)
	}
	return nil
}
