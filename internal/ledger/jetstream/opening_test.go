package jetstream_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"github.com/caucus-live/caucus/internal/ledger/jetstream"
	"github.com/caucus-live/caucus/internal/logtest"
	"github.com/caucus-live/caucus/internal/natstest"
)

// A fault of NATS servers that no time mends ends the attempt to open a ledger, with what to do.
func TestOpenGivesUp(t *testing.T) {
	user := func(p server.Permissions) []*server.User {
		return []*server.User{{Username: "caucus", Permissions: &p}}
	}
	account := server.NewAccount("without")
	for name, c := range map[string]struct {
		options server.Options
		want    string
	}{
		"no JetStream":                     {server.Options{}, "start the NATS servers with JetStream"},
		"an account without JetStream":     {server.Options{JetStream: true, Accounts: []*server.Account{account}, Users: []*server.User{{Username: "caucus", Account: account}}}, "enable it for the account"},
		"a user who may ask nothing":       {server.Options{JetStream: true, Users: user(server.Permissions{Publish: &server.SubjectPermission{Deny: []string{"$JS.>"}}})}, `Permissions Violation for Publish to "$JS.API.STREAM.NAMES"`},
		"a user who may hear nothing":      {server.Options{JetStream: true, Users: user(server.Permissions{Subscribe: &server.SubjectPermission{Deny: []string{"_INBOX.>"}}})}, `Permissions Violation for Subscription to "_INBOX.`},
		"a user who may not make a stream": {server.Options{JetStream: true, Users: user(server.Permissions{Publish: &server.SubjectPermission{Deny: []string{"$JS.API.STREAM.CREATE.>"}}})}, `Permissions Violation for Publish to "$JS.API.STREAM.CREATE.`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.options.StoreDir = t.TempDir()
			_, err := jetstream.Open(t.Context(), connect(t, &c.options), nil)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v", err)
			}
		})
	}
}

// While NATS servers are too few, the log says so, with what they answer.
func TestOpenWaits(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	conn := connect(t, &server.Options{JetStream: true, StoreDir: t.TempDir()})
	var log logtest.Buffer
	opening, giveUp := context.WithCancel(ctx)
	opened := make(chan error, 1)
	go func() { // ends with opening
		_, err := jetstream.Open(opening, conn, &jetstream.Options{Replicas: 3, Logger: slog.New(slog.NewTextHandler(&log, nil))})
		opened <- err
	}()
	if err := log.Await(ctx, 1, "level=WARN", "this server waits for a majority", "replicas > 1 not supported"); err != nil {
		t.Error(err)
	}
	giveUp()
	if err := <-opened; err == nil {
		t.Error("it is open")
	}
}

// connect starts a NATS server, and connects to it, both until the test ends.
func connect(t *testing.T, options *server.Options) *nats.Conn {
	t.Helper()
	s := natstest.Run(t, options)
	quiet := func(*nats.Conn, *nats.Subscription, error) {}
	conn, err := nats.Connect("nats://caucus:@"+s.Addr().String(), nats.ErrorHandler(quiet))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	return conn
}
