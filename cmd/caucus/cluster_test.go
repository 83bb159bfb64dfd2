package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/caucus-live/caucus/cmd/caucus/load"
	"github.com/caucus-live/caucus/internal/ledger/sqlite"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
	"github.com/caucus-live/caucus/internal/wire/event"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

// clusterFaults is how many faults TestClusterFaults makes; make test-cluster makes many.
var clusterFaults = flag.Int("cluster-faults", 3, "how many `faults` TestClusterFaults makes")

const (
	clusterVoters = 6
	attemptTime   = 15 * time.Second // of one command at one server
	betweenFaults = 2 * time.Second
)

// Servers are killed, stopped, ended in good order and cut off while people vote at
// whichever server answers. Afterwards every acknowledged ballot is in the log, once and
// where its voter was told; the order of the log agrees with what everybody saw (so the
// history is linearizable: a ballot takes effect at its version); and all servers have
// the same poll.
func TestClusterFaults(t *testing.T) {
	c := startCluster(t)
	p := c.openPoll(t)
	stop := make(chan struct{})
	var voting sync.WaitGroup
	votes := make([][]vote, clusterVoters)
	for i := range votes {
		voting.Go(func() { votes[i] = p.vote(t, i, stop) })
	}
	c.breakThings(t, *clusterFaults)
	close(stop)
	voting.Wait()

	all := slices.Concat(votes...)
	slices.SortFunc(all, func(a, b vote) int { return cmp.Compare(a.version, b.version) })
	c.agree(t, p)
	lost, doubled := c.audit(t, p.id, all)
	misplaced := unordered(all)
	var repeated int
	for _, v := range all {
		repeated += v.attempts - 1
	}
	t.Logf("faults %d, acknowledged %d, sent again %d, lost %d, doubled %d, out of order %d; time without service: median %s, worst %s",
		len(c.faults), len(all), repeated, lost, doubled, misplaced, pauseAfter(all, c.faults, 50), pauseAfter(all, c.faults, 100))
	if lost+doubled+misplaced > 0 || len(all) < 10*clusterVoters {
		t.Error("not every acknowledged ballot is in its place")
	}
}

// A serverCluster is three servers with NATS inside, each a process.
type serverCluster struct {
	dir     string
	log     *syncBuffer
	servers []*load.Process
	links   [3][3]*link // from a server to another; nil to itself
	faults  []time.Time
}

// A syncBuffer is what several processes write their logs to.
type syncBuffer struct {
	mu sync.Mutex // guards the field below
	b  bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// startCluster starts servers, with more arguments for each.
func startCluster(t *testing.T, args ...string) *serverCluster {
	t.Helper()
	actAsProgram(t)
	c := &serverCluster{dir: t.TempDir(), log: new(syncBuffer), servers: make([]*load.Process, 3)}
	key := filepath.Join(c.dir, "key")
	if err := os.WriteFile(key, bytes.Repeat([]byte("k"), 32), 0o600); err != nil {
		t.Fatal(err)
	}
	members := freeAddresses(t, len(c.servers))
	peers := c.connectMembers(t, members)
	var starting sync.WaitGroup
	errs := make([]error, len(c.servers))
	for i := range c.servers {
		starting.Go(func() {
			own := []string{"-cluster", members[i], "-peers", strings.Join(peers[i], ","), "-cluster-key-file", key, "-limit-commands", "off"}
			c.servers[i], errs[i] = load.StartProcess(context.WithoutCancel(t.Context()), os.Args[0], c.data(i), c.log, append(own, args...)...)
		})
	}
	starting.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatalf("%v\n%s", err, c.log)
	}
	t.Cleanup(func() {
		var ending sync.WaitGroup
		for _, s := range c.servers {
			ending.Go(func() {
				if err := s.End(syscall.SIGTERM); err != nil {
					t.Errorf("%v\n%s", err, c.log)
				}
			})
		}
		ending.Wait()
		http.DefaultClient.CloseIdleConnections()
	})
	return c
}

func (c *serverCluster) data(i int) string { return filepath.Join(c.dir, fmt.Sprint(i)) }

// connectMembers puts a link between any two servers, and returns what each is told of
// where all are.
func (c *serverCluster) connectMembers(t *testing.T, members []string) (peers [3][]string) {
	t.Helper()
	for from := range members {
		for to, address := range members {
			if from != to {
				c.links[from][to] = startLink(t, address)
				address = c.links[from][to].address()
			}
			peers[from] = append(peers[from], address)
		}
	}
	return peers
}

// setLinks cuts or slows all links of a server.
func (c *serverCluster) setLinks(server int, cut bool, delay time.Duration) {
	for other := range c.servers {
		if other != server {
			c.links[server][other].set(cut, delay)
			c.links[other][server].set(cut, delay)
		}
	}
}

// freeAddresses returns addresses of this machine on which nobody listens.
func freeAddresses(t *testing.T, n int) (all []string) {
	t.Helper()
	for range n {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer ln.Close()
		all = append(all, ln.Addr().String())
	}
	return all
}

// faultTime is how long a fault lasts that is not a restart.
const faultTime = 6 * time.Second

// breakThings makes faults, one after another, of each kind in turn.
func (c *serverCluster) breakThings(t *testing.T, faults int) {
	t.Helper()
	kinds := []func(victim int){
		func(victim int) { c.restart(t, syscall.SIGKILL, victim) },
		func(victim int) { c.isolate(t, victim, faultTime) },
		func(victim int) { c.restart(t, syscall.SIGTERM, victim) },
		func(victim int) { c.restart(t, syscall.SIGKILL, victim, (victim+1)%len(c.servers)) },
		func(victim int) { c.freeze(t, victim) },
		func(victim int) { // a link that flaps
			for range 4 {
				c.isolate(t, victim, faultTime/8)
				pause(t, faultTime/8)
			}
		},
		func(victim int) {
			c.setLinks(victim, false, 200*time.Millisecond)
			pause(t, faultTime)
			c.setLinks(victim, false, 0)
		},
		func(int) { c.restart(t, syscall.SIGKILL, 0, 1, 2) },
	}
	for i := range faults {
		pause(t, betweenFaults)
		c.faults = append(c.faults, time.Now())
		kinds[i%len(kinds)](rand.IntN(len(c.servers)))
	}
	pause(t, betweenFaults)
}

// restart ends servers at the same time, and starts them again.
func (c *serverCluster) restart(t *testing.T, signal os.Signal, victims ...int) {
	t.Helper()
	var restarting sync.WaitGroup
	for _, victim := range victims {
		restarting.Go(func() {
			if err := c.servers[victim].Restart(context.WithoutCancel(t.Context()), signal); err != nil {
				t.Errorf("%v\n%s", err, c.log)
			}
		})
	}
	restarting.Wait()
}

// isolate cuts a server off from the others, not from its clients.
func (c *serverCluster) isolate(t *testing.T, victim int, d time.Duration) {
	t.Helper()
	c.setLinks(victim, true, 0)
	pause(t, d)
	c.setLinks(victim, false, 0)
}

// freeze has a server stand still, and go on as if nothing had been.
func (c *serverCluster) freeze(t *testing.T, victim int) {
	t.Helper()
	for _, signal := range []os.Signal{syscall.SIGSTOP, syscall.SIGCONT} {
		if err := c.servers[victim].Signal(signal); err != nil {
			t.Error(err)
		}
		if signal == syscall.SIGSTOP {
			pause(t, 2*faultTime)
		}
	}
}

func pause(t *testing.T, d time.Duration) {
	t.Helper()
	select {
	case <-time.After(d):
	case <-t.Context().Done():
	}
}

// A sharedPoll is a poll, with its voters' sockets at every server.
type sharedPoll struct {
	id      string
	admin   []*sioclient.Socket // at each server
	voters  [][]*sioclient.Socket
	options []poll.NominationID
}

// openPoll makes a poll, has people come to all servers, and opens the vote.
func (c *serverCluster) openPoll(t *testing.T) *sharedPoll {
	t.Helper()
	var made struct {
		Poll        struct{ ID string }
		AccessToken string
	}
	c.post(t, "/polls", map[string]any{"topic": "Lunch", "votesPerVoter": 3, "name": "Ada", "method": "irv"}, &made)
	p := &sharedPoll{id: made.Poll.ID, admin: c.connect(t, made.AccessToken)}
	for i := range clusterVoters {
		c.post(t, "/polls/join", map[string]any{"pollID": p.id, "name": fmt.Sprint("Voter ", i)}, &made)
		p.voters = append(p.voters, c.connect(t, made.AccessToken))
	}
	for _, text := range []string{"Soup", "Salad", "Pizza"} {
		answer, err := event.Nominate.Do(t.Context(), p.admin[0], wire.Nominate{Text: text})
		if err != nil || !answer.OK {
			t.Fatalf("nominate: %+v, %v\n%s", answer.Error, err, c.log)
		}
		p.options = append(p.options, answer.Nomination)
	}
	if answer, err := event.StartVote.Do(t.Context(), p.admin[1], wire.StartVote{}); err != nil || !answer.OK {
		t.Fatalf("start_vote at another server: %+v, %v\n%s", answer.Error, err, c.log)
	}
	return p
}

// post posts to the first server.
func (c *serverCluster) post(t *testing.T, path string, body, answer any) {
	t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Post(c.servers[0].URL()+path, "application/json", bytes.NewReader(data)) //nolint:noctx // a test's
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(answer); err != nil || res.StatusCode != http.StatusCreated {
		t.Fatalf("POST %s: %s, %v", path, res.Status, err)
	}
}

// connect connects a person to every server.
func (c *serverCluster) connect(t *testing.T, token string) (sockets []*sioclient.Socket) {
	t.Helper()
	for _, s := range c.servers {
		cl, err := sioclient.New(s.URL(), &sioclient.Options{Auth: wire.Auth{Token: token, Patches: true}, Transports: []string{"websocket"}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = cl.Close(context.Background()) }) // its server may be gone
		sock := cl.Of(wire.Namespace)
		if err := sock.Connect(t.Context()); err != nil {
			t.Fatalf("%v\n%s", err, c.log)
		}
		sockets = append(sockets, sock)
	}
	return sockets
}

// A vote is a ballot that was acknowledged.
type vote struct {
	commandID   string
	version     uint64
	receipt     string
	sent, acked time.Time
	attempts    int
}

// vote casts ballots, each until some server has acknowledged it, until stop.
func (p *sharedPoll) vote(t *testing.T, voter int, stop <-chan struct{}) (votes []vote) {
	t.Helper()
	server := voter
	for n := 0; ; n++ {
		select {
		case <-stop:
			return votes
		default:
		}
		v := vote{commandID: fmt.Sprintf("voter %d ballot %d", voter, n), sent: time.Now()}
		ranking := slices.Clone(p.options)
		rand.Shuffle(len(ranking), func(i, j int) { ranking[i], ranking[j] = ranking[j], ranking[i] })
		for v.acked.IsZero() {
			if t.Context().Err() != nil {
				return votes
			}
			v.attempts++
			answer, err := p.cast(t.Context(), p.voters[voter][server%len(p.voters[voter])], v.commandID, ranking)
			switch {
			case err == nil && answer.OK:
				v.version, v.receipt, v.acked = answer.Version, answer.Receipt, time.Now()
			case err == nil && answer.Error.Code != wire.CodeInternal:
				t.Errorf("%s: refused with %s", v.commandID, answer.Error.Code)
				return votes
			default: // another server will know
				server++
				pause(t, 20*time.Millisecond)
			}
		}
		votes = append(votes, v)
	}
}

func (p *sharedPoll) cast(ctx context.Context, sock *sioclient.Socket, commandID string, ranking []poll.NominationID) (wire.Answer, error) {
	if !sock.Connected() {
		return wire.Answer{}, errors.New("not connected")
	}
	ctx, cancel := context.WithTimeout(ctx, attemptTime)
	defer cancel()
	return event.SubmitRankings.Do(ctx, sock, wire.SubmitRankings{CommandID: commandID, Rankings: ranking})
}

// agree checks that all servers have the same poll.
func (c *serverCluster) agree(t *testing.T, p *sharedPoll) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		var docs []string
		for _, sock := range p.admin {
			ctx, cancel := context.WithTimeout(t.Context(), attemptTime)
			synced, err := event.PollSync.Do(ctx, sock, wire.Command{})
			cancel()
			if err == nil && synced.OK {
				doc, failed := json.Marshal(synced.Poll)
				docs = append(docs, fmt.Sprint(synced.Version, string(doc), failed))
			}
		}
		if len(docs) == len(p.admin) && docs[0] == docs[1] && docs[0] == docs[2] {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the servers differ:\n%s", strings.Join(docs, "\n"))
		}
		pause(t, 100*time.Millisecond)
	}
}

// audit copies the ledger and replays the poll: how many of the votes are not where they
// were acknowledged, and how many took effect more than once?
func (c *serverCluster) audit(t *testing.T, id string, votes []vote) (lost, doubled int) {
	t.Helper()
	dir := filepath.Join(c.dir, "copy")
	var out, stderr bytes.Buffer
	if err := run(t.Context(), []string{"ledger", "copy", "-from", c.data(0), "-to", dir}, env(), nil, &out, &stderr); err != nil {
		t.Fatalf("%v: %s", err, &stderr)
	}
	l, err := sqlite.OpenReadOnly(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	effects := make(map[string][]uint64)
	state := poll.New()
	for e, err := range l.Read(t.Context(), id, 0) {
		if err != nil {
			t.Fatal(err)
		}
		entry, err := poll.UnmarshalEntry(e.Data)
		if err != nil {
			t.Fatal(err)
		}
		if outcome, err := state.Apply(e.Sequence, entry); err == nil && outcome.Version == e.Sequence {
			effects[entry.CommandID] = append(effects[entry.CommandID], e.Sequence)
		}
	}
	for _, v := range votes {
		if at := effects[v.commandID]; len(at) > 1 {
			doubled++
		} else if len(at) == 0 || at[0] != v.version {
			lost++
		}
	}
	return lost, doubled
}

// unordered counts the votes, in the order of their versions, that were acknowledged
// before one of an earlier version was sent.
func unordered(votes []vote) (n int) {
	var latest time.Time // at which a vote of an earlier version was sent
	for _, v := range votes {
		if v.acked.Before(latest) {
			n++
		}
		if v.sent.After(latest) {
			latest = v.sent
		}
	}
	return n
}

// pauseAfter returns a percentile, over the faults, of the longest time after each in which
// nothing was acknowledged.
func pauseAfter(votes []vote, faults []time.Time, percent int) time.Duration {
	acks := make([]time.Time, len(votes))
	for i, v := range votes {
		acks[i] = v.acked
	}
	slices.SortFunc(acks, time.Time.Compare)
	var pauses []time.Duration
	for i, fault := range faults {
		last, longest := fault, time.Duration(0)
		for _, ack := range acks {
			if ack.Before(fault) || i+1 < len(faults) && last.After(faults[i+1]) {
				continue
			}
			longest, last = max(longest, ack.Sub(last)), ack
		}
		pauses = append(pauses, longest)
	}
	slices.Sort(pauses)
	if len(pauses) == 0 {
		return 0
	}
	return pauses[min(len(pauses)-1, len(pauses)*percent/100)].Round(time.Millisecond)
}
