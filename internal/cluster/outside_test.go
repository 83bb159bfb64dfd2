package cluster_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/caucus-live/caucus/internal/cluster"
	"github.com/caucus-live/caucus/internal/logtest"
	"github.com/caucus-live/caucus/internal/natstest"
)

// logged returns a log, and a function that waits until n of its lines have all words.
func logged(t *testing.T) (*slog.Logger, *logtest.Buffer, func(n int, words ...string)) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	var log logtest.Buffer
	return slog.New(slog.NewTextHandler(&log, nil)), &log, func(n int, words ...string) {
		t.Helper()
		if err := log.Await(ctx, n, words...); err != nil {
			t.Fatal(err)
		}
	}
}

// NATS servers elsewhere may forget who we are, and may be told again: the connection is made as
// soon as they know us, and meanwhile the log says what to do.
func TestConnectionComesBack(t *testing.T) {
	options := &server.Options{Username: "caucus", Password: "secret"}
	s := natstest.Run(t, options)
	log, written, await := logged(t)
	n, err := cluster.Connect("nats://caucus:secret@"+s.Addr().String(), cluster.Access{}, log)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	reload := func(password string) {
		changed := options.Clone()
		changed.Password = password
		if err := s.ReloadOptions(changed); err != nil {
			t.Fatal(err)
		}
	}
	reload("changed")
	await(1, "level=WARN", "the connection to the NATS servers was lost")
	await(3, "level=WARN", "the NATS servers cannot be reached", "Authorization", "give the user and the password")
	reload("secret")
	await(1, "level=INFO", "the connection to the NATS servers is back")
	if err := n.Conn().FlushTimeout(time.Minute); err != nil {
		t.Error(err)
	}
	if strings.Contains(written.String(), "secret") {
		t.Errorf("the password is in the log: %s", written)
	}
}

// What NATS does not permit is in the log, and a request for it does not wait for ever.
func TestWhatIsNotPermitted(t *testing.T) {
	t.Parallel() // it waits for an answer that does not come
	s := natstest.Run(t, &server.Options{JetStream: true, StoreDir: t.TempDir(), Users: []*server.User{{
		Username: "caucus", Permissions: &server.Permissions{Publish: &server.SubjectPermission{Deny: []string{"$KV.>"}}},
	}}})
	log, _, await := logged(t)
	n, err := cluster.Connect("nats://caucus:@"+s.Addr().String(), cluster.Access{}, log)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	if key, err := n.TokenKey(t.Context()); err == nil || !strings.Contains(err.Error(), `Publish to "$KV.`) {
		t.Errorf("%x, %v", key, err)
	}
	await(1, "level=WARN", "NATS does not permit what this server does", "publish and subscribe on every subject")
}

// The status of NATS servers that cannot tell it says why, and blames no majority.
func TestStatusSaysWhy(t *testing.T) {
	for name, c := range map[string]struct {
		options server.Options
		want    string
	}{
		"no JetStream": {server.Options{}, "have no JetStream"},
		"a user who may not ask": {server.Options{JetStream: true, StoreDir: t.TempDir(), Users: []*server.User{{
			Username: "caucus", Permissions: &server.Permissions{Publish: &server.SubjectPermission{Deny: []string{"$JS.>"}}},
		}}}, `Publish to "$JS.API.STREAM.LIST"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n, err := cluster.Connect("nats://caucus:@"+natstest.Run(t, &c.options).Addr().String(), cluster.Access{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer n.Close()
			if s, err := n.Status(t.Context()); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%+v, %v", s, err)
			}
		})
	}
}
