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
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/caucus-live/caucus/cmd/caucus/load"
	"github.com/caucus-live/caucus/internal/ledger/sqlite"
	"github.com/caucus-live/caucus/internal/logtest"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
	"github.com/caucus-live/caucus/internal/wire/event"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

// make test-cluster makes many faults, of all kinds.
var (
	clusterFaults = flag.Int("cluster-faults", 3, "number of `faults` that TestClusterFaults makes")
	clusterKind   = flag.String("cluster-kind", "", "make only faults whose name contains this `text`")
	clusterCount  = flag.Int("cluster-count", 1, "`number` of clusters that share the faults, at the same time")
)

const (
	clusterVoters = 6
	faultsAPoll   = 50               // some 40,000 ballots; the log of a poll takes 150,000
	attemptTime   = 15 * time.Second // of one command at one server
)

// Servers are killed, stopped, ended in good order and cut off while people vote, each at
// a server of their own, or whichever answers. Afterwards every acknowledged ballot is in the log, once and
// where its voter was told; the history is linearizable; and all servers have the same poll.
func TestClusterFaults(t *testing.T) {
	for i := range *clusterCount {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			faults := (*clusterFaults + i) / *clusterCount
			testFaults(t, faults, i*len(kinds) / *clusterCount)
		})
	}
}

// testFaults makes faults in one cluster, beginning with a kind. After some of them it is
// another poll in which people vote: a poll's log is bounded.
func testFaults(t *testing.T, faults, first int) {
	t.Helper()
	c := startCluster(t)
	spans := make(pauses)
	for done := 0; done < faults && !t.Failed(); done += faultsAPoll {
		c.faults = nil
		p := c.openPoll(t)
		votes := p.voteWhile(t, func() { c.breakThings(p, min(faultsAPoll, faults-done), (first+done)%len(kinds)) })
		c.agree(t, p)
		lost, doubled := c.audit(t, p.id, votes)
		p.close()
		var repeated int
		for _, v := range votes {
			repeated += v.attempts - 1
		}
		spans.add(votes, c.faults)
		ordered := linearizable(votes)
		t.Logf("faults %d, acknowledged %d, sent again %d, lost %d, doubled %d, linearizable %t",
			done+len(c.faults), len(votes), repeated, lost, doubled, ordered)
		if lost+doubled > 0 || !ordered || len(votes) < 10*clusterVoters {
			t.Error("not every acknowledged ballot is in its place")
		}
	}
	t.Logf("in all\n%s", spans)
}

// voteWhile has everybody vote until something is done, and returns the votes by version.
func (p *sharedPoll) voteWhile(t *testing.T, do func()) []vote {
	t.Helper()
	stop := make(chan struct{})
	var voting sync.WaitGroup
	votes := make([][]vote, clusterVoters)
	for i := range votes {
		voting.Go(func() { votes[i] = p.vote(t, i, stop) })
	}
	do()
	close(stop)
	voting.Wait()
	all := slices.Concat(votes...)
	slices.SortFunc(all, func(a, b vote) int { return cmp.Compare(a.version, b.version) })
	return all
}

// Three servers are upgraded one after the other while people vote at all of them. No
// command fails: none is refused, and none gets another answer than that it was carried
// out. Nobody's patches have a gap, which [load.Run] checks of each.
func TestRollingUpgrade(t *testing.T) {
	t.Parallel()
	const people = 45
	c := startCluster(t)
	report, err := load.Run(t.Context(), load.Options{
		URLs: c.URLs(), People: people, Ballots: 200, RetryDelay: 100 * time.Millisecond, Patience: patience,
		Interrupt: c.Interruptions(1, syscall.SIGTERM),
	})
	if err != nil || !report.OK() {
		t.Fatalf("%v %v\n%s", err, report.Failures, c.log)
	}
	if report.Unfinished > 0 {
		t.Errorf("%d commands failed\n%s", report.Unfinished, c.log)
	}
	if report.States != people || report.Counted != people || report.Lost < people || report.Returns.Max == 0 {
		t.Errorf("%+v", report)
	}
}

// A serverCluster is three servers with NATS inside, each a process.
type serverCluster struct {
	*load.Cluster
	t      *testing.T
	log    *logtest.Buffer
	links  [3][3]*link // from a server to another; nil to itself
	faults []fault     // those that were made
}

// startCluster starts servers, with a link between any two and more arguments for each.
func startCluster(t *testing.T, args ...string) *serverCluster {
	t.Helper()
	c := &serverCluster{t: t, log: new(logtest.Buffer)}
	var err error
	c.Cluster, err = load.StartCluster(context.WithoutCancel(t.Context()), load.ClusterOptions{
		Program: os.Args[0], Data: t.TempDir(), Stderr: c.log, Args: args,
		Route: func(from, to int, address string) string {
			c.links[from][to] = startLink(t, address)
			return c.links[from][to].address()
		},
	})
	if err != nil {
		t.Fatalf("%v\n%s", err, c.log)
	}
	t.Cleanup(func() {
		if err := c.End(syscall.SIGTERM); err != nil {
			t.Errorf("%v\n%s", err, c.log)
		}
		http.DefaultClient.CloseIdleConnections()
	})
	return c
}

// A sharedPoll is a poll, with its voters' sockets at every server.
type sharedPoll struct {
	id      string
	admin   []*sioclient.Socket // at each server
	voters  [][]*sioclient.Socket
	options []poll.NominationID

	acked [clusterVoters]atomic.Int64 // ballots of each voter
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
	res, err := http.Post(c.Servers[0].URL()+path, "application/json", bytes.NewReader(data)) //nolint:noctx // a test's
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
	for _, s := range c.Servers {
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

// close has everybody leave.
func (p *sharedPoll) close() {
	for _, sockets := range append(p.voters, p.admin) {
		for _, sock := range sockets {
			sock.Disconnect()
		}
	}
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
	for n := 0; ; n++ {
		server := voter // where this voter is at home
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
			if time.Since(v.sent) > 5*patience { // the longest fault takes less
				t.Errorf("%s: no server acknowledges it", v.commandID)
				return votes
			}
			v.attempts++
			answer, err := p.cast(t.Context(), p.voters[voter][server%len(p.voters[voter])], v.commandID, ranking)
			switch {
			case err == nil && answer.OK:
				v.version, v.receipt, v.acked = answer.Version, answer.Receipt, time.Now()
				p.acked[voter].Add(1)
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

// settle waits until all voters are at home again, and have had an answer since: the fault is
// over.
func (p *sharedPoll) settle(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*patience)
	defer cancel()
	var before [clusterVoters]int64
	for i, sockets := range p.voters {
		for home := sockets[i%len(sockets)]; !t.Failed() && home.Connect(ctx) != nil; { // if the server had to refuse it
			if pause(t, 20*time.Millisecond); ctx.Err() != nil {
				t.Errorf("voter %d cannot come back", i)
			}
		}
		before[i] = p.acked[i].Load()
	}
	for i := range before {
		for p.acked[i].Load() == before[i] && !t.Failed() {
			if pause(t, 20*time.Millisecond); ctx.Err() != nil {
				t.Errorf("voter %d has no answer", i)
			}
		}
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
			var synced wire.Synced
			err := sock.Connect(ctx) // again, if the server had to refuse it while it could not read the poll
			if err == nil {
				synced, err = event.PollSync.Do(ctx, sock, wire.Command{})
			}
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
	dir := filepath.Join(t.TempDir(), "copy")
	var out, stderr bytes.Buffer
	if err := run(t.Context(), []string{"ledger", "copy", "-from", c.Data(0), "-to", dir}, env(), nil, &out, &stderr); err != nil {
		t.Fatalf("%v: %s\n%s", err, &stderr, c.log)
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

// places is the model of a history of votes: it takes them one after the other, each at the
// place among all of them that its answer gave it.
var places = porcupine.Model{
	Init: func() any { return 0 },
	Step: func(taken, _, place any) (bool, any) {
		n, _ := taken.(int)
		return place == n, n + 1
	},
}

// linearizable reports whether votes, in the order of their versions, are a linearizable history.
func linearizable(votes []vote) bool {
	history := make([]porcupine.Operation, len(votes))
	for place, v := range votes {
		since := votes[0].sent
		history[place] = porcupine.Operation{Call: int64(v.sent.Sub(since)), Output: place, Return: int64(v.acked.Sub(since))}
	}
	return porcupine.CheckOperationsTimeout(places, history, patience) == porcupine.Ok
}

// A vote that was answered before another was sent may not come after it.
func TestLinearizable(t *testing.T) {
	at := func(second int) time.Time {
		return time.Now().Truncate(time.Hour).Add(time.Duration(second) * time.Second)
	}
	first := vote{sent: at(0), acked: at(2)}
	for name, c := range map[string]struct {
		next vote
		ok   bool
	}{
		"after it":  {vote{sent: at(3), acked: at(4)}, true},
		"meanwhile": {vote{sent: at(1), acked: at(1)}, true},
		"before it": {vote{sent: at(-2), acked: at(-1)}, false},
		"around it": {vote{sent: at(-2), acked: at(3)}, true},
	} {
		if got := linearizable([]vote{first, c.next}); got != c.ok {
			t.Errorf("a vote %s: %t", name, got)
		}
	}
}
