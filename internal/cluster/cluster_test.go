package cluster_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/caucus-live/caucus/internal/cluster"
	"github.com/caucus-live/caucus/internal/freeport"
	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/logtest"
)

var _ live.Cluster = (*cluster.Bus)(nil)

var secret = bytes.Repeat([]byte("s"), cluster.MinSecret)

// addresses returns addresses on which nobody listens.
func addresses(t *testing.T, n int) (all []string) {
	t.Helper()
	found, err := freeport.Find(n)
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range found {
		all = append(all, address.String())
	}
	return all
}

func start(t *testing.T, o cluster.Options) *cluster.Node {
	t.Helper()
	n, err := cluster.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	})
	return n
}

// startAll starts a cluster of three, with their data in folders 0, 1 and 2.
func startAll(t *testing.T, dir string) (nodes []*cluster.Node) {
	t.Helper()
	members := addresses(t, 3)
	for i, address := range members {
		nodes = append(nodes, start(t, cluster.Options{Address: address, Members: members, Secret: secret, Dir: filepath.Join(dir, fmt.Sprint(i))}))
	}
	return nodes
}

func TestThreeNodes(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	dir := t.TempDir()
	nodes := startAll(t, dir)
	keys := make([][]byte, len(nodes))
	var asking sync.WaitGroup
	for i, n := range nodes {
		asking.Go(func() {
			var err error
			if keys[i], err = n.TokenKey(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	asking.Wait()
	if len(keys[0]) < 32 || !bytes.Equal(keys[0], keys[1]) || !bytes.Equal(keys[0], keys[2]) {
		t.Errorf("keys of %d, %d and %d bytes, or different ones", len(keys[0]), len(keys[1]), len(keys[2]))
	}

	heard := make(chan string, 10)
	buses := []*cluster.Bus{nodes[0].Bus(), nodes[1].Bus()}
	for _, b := range buses {
		stop, err := b.Receive("AAAAAA", func(_ string, data []byte) { heard <- string(data) })
		if err != nil {
			t.Fatal(err)
		}
		defer stop()
	}
	for got := ""; got == ""; { // until the others know that somebody listens
		buses[0].Send("AAAAAA", []byte("to the other"))
		select {
		case got = <-heard:
		case <-time.After(100 * time.Millisecond):
		}
	}

	operator, err := cluster.Contact(filepath.Join(dir, "2"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer operator.Close()
	status, err := operator.Status(ctx)
	if err != nil || len(status.Servers) != 3 || len(status.Streams) != 1 {
		t.Errorf("status %+v, %v", status, err)
	}
}

// A server that does not know the secret is not let in.
func TestStranger(t *testing.T) {
	members := addresses(t, 3)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	alone := start(t, cluster.Options{Address: members[0], Members: members, Secret: secret, Dir: t.TempDir()})
	stranger := start(t, cluster.Options{Address: members[1], Members: members, Secret: bytes.ToUpper(secret), Dir: t.TempDir()})
	if _, err := stranger.TokenKey(ctx); err == nil {
		t.Error("two servers with different secrets are a cluster")
	}
	if status, err := alone.Status(ctx); !errors.Is(err, cluster.ErrNoLeader) {
		t.Errorf("one of three servers says %+v, %v", status, err)
	}
}

func TestOneNode(t *testing.T) {
	dir := t.TempDir()
	members := addresses(t, 1)
	var log bytes.Buffer
	t.Cleanup(func() { // the node has ended
		if strings.Contains(log.String(), "assword") {
			t.Errorf("what need not be done is asked for:\n%s", log.String())
		}
	})
	n := start(t, cluster.Options{Address: members[0], Members: members, Secret: secret, Dir: dir, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	if patience := n.Conn().Opts.Timeout; patience < 10*time.Second {
		t.Errorf("a server on a machine that is busy is given up after %s", patience)
	}
	key, err := n.TokenKey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	again, err := n.TokenKey(t.Context())
	if err != nil || !bytes.Equal(again, key) {
		t.Errorf("another key, %v", err)
	}
}

func TestRefusals(t *testing.T) {
	three := []string{"a:1", "b:1", "c:1"}
	for want, o := range map[string]cluster.Options{
		"at least 32 bytes":     {Address: "a:1", Members: three, Secret: []byte("short")},
		"not among the members": {Address: "d:1", Members: three, Secret: secret},
		"there are 2 members":   {Address: "a:1", Members: three[:2], Secret: secret},
		"is there twice":        {Address: "a:1", Members: []string{"a:1", "b:1", "b:1"}, Secret: secret},
		"not a host and a port": {Address: "a", Members: []string{"a"}, Secret: secret},
		"have the same name":    {Address: "a:1", Members: []string{"a:1", "A:1", "c:1"}, Secret: secret},
		"the same name, a-b-1":  {Address: "a.b:1", Members: []string{"a.b:1", "a-b:1", "c:1"}, Secret: secret},
		"has no host":           {Address: ":1", Members: []string{":1"}, Secret: secret},
		"the others find":       {Address: "[::]:1", Members: []string{"[::]:1"}, Secret: secret},
		"has no port":           {Address: "a:0", Members: []string{"a:0"}, Secret: secret},
		"from 1 to 65535":       {Address: "a:http", Members: []string{"a:http"}, Secret: secret},
		"as [::1]:1":            {Address: "[0:0::1]:1", Members: []string{"[0:0::1]:1"}, Secret: secret},
		"no server with NATS":   {},
	} {
		var err error
		if o.Address == "" {
			_, err = cluster.Contact(t.TempDir(), nil)
		} else {
			_, err = cluster.Start(o)
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one that says %q", err, want)
		}
	}
}

// An operator hears of what may have to be acted on, and not of what NATS does after every crash.
func TestWarnings(t *testing.T) {
	var b logtest.Buffer
	log := slog.New(slog.NewTextHandler(&b, nil))
	cluster.Warn(log, "Filestore [POLLS] TTL state is outdated; attempting to recover using linear scan (seq %d to %d)", 1, 2)
	cluster.Warn(log, "Metalayer blocking snapshot starting")
	cluster.Warn(log, "Filestore [POLLS] Corrupt message block %d", 3)
	if got := b.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, `level=WARN msg="the cluster says" message="Filestore [POLLS] Corrupt message block 3"`) {
		t.Errorf("logged:\n%s", got)
	}
}
