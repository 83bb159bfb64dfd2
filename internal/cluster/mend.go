package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// Of a damaged file NATS drops what follows the damage. A member fetches from the others what
// is newer than all that it has, when the next message comes, and nothing in between: a gap stays,
// and so does a lost end while nothing is written. When each member has had its own, the cluster
// has lost what all of them miss; and what one lacks that leads, the others lose, too. So a
// member looks after its start for what others have and it has not, and makes such a copy
// again from theirs.

const (
	copiesSubject = "caucus.copies"

	answerWithin = 2 * time.Second // of other members, about their copies
	askAgain     = 200 * time.Millisecond
	lookAgain    = 300 * time.Millisecond
	gapLooks     = 7               // this member may only have heard of a removal before others
	nearby       = 1000            // messages
	stalled      = 8 * time.Second // NATS may take five to begin
	mendWithin   = time.Minute
)

// A streamCopy is what a member has of a stream.
type streamCopy struct {
	Messages uint64 `json:"messages"`
	Last     uint64 `json:"last"` // sequence
	Leads    bool   `json:"leads,omitempty"`
	Group    string `json:"group"` // of its Raft
}

// lacks reports whether a copy has more holes than another. One that is far behind says nothing:
// it may still have what was removed since. One that is near has a little more or less of what is
// written now.
func (c streamCopy) lacks(other streamCopy) bool {
	return other.Last+min(nearby, c.Last/10) >= c.Last && c.Last-c.Messages > other.Last-other.Messages
}

// copies are what a member has, by stream.
type copies struct {
	Member  string                `json:"member"`
	Streams map[string]streamCopy `json:"streams"`
}

func (i *inside) copies() (*copies, error) {
	s := i.server.Load()
	if s == nil {
		return nil, errors.New("cluster: NATS does not run")
	}
	info, err := s.Jsz(&server.JSzOptions{Accounts: true, Streams: true, RaftGroups: true})
	if err != nil {
		return nil, fmt.Errorf("cluster: %w", err)
	}
	c := &copies{Member: s.Name(), Streams: make(map[string]streamCopy)}
	for _, account := range info.AccountDetails {
		for _, stream := range account.Streams {
			leads := stream.Cluster != nil && stream.Cluster.Leader == c.Member
			c.Streams[stream.Name] = streamCopy{stream.State.Msgs, stream.State.LastSeq, leads, stream.RaftGroup}
		}
	}
	return c, nil
}

// tellCopies answers another member's question.
func (i *inside) tellCopies(question *nats.Msg) {
	if c, err := i.copies(); err == nil {
		answer, _ := json.Marshal(c) // it has nothing that could fail
		_ = question.Respond(answer) // who gets no answer asks at its next start
	}
}

// othersCopies asks the other members until all have answered, or for a while.
func (n *Node) othersCopies(ctx context.Context) ([]*copies, error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	inbox := n.conn.NewInbox()
	sub, err := n.conn.SubscribeSync(inbox)
	if err != nil {
		return nil, err
	}
	defer func() { _ = sub.Unsubscribe() }() // it ends with the connection otherwise
	others := make(map[string]*copies)
	for len(others) < len(n.inside.Members)-1 && ctx.Err() == nil {
		if err := n.conn.PublishRequest(copiesSubject, inbox, nil); err != nil {
			return nil, err
		}
		again, cancel := context.WithTimeout(ctx, askAgain) // the routes to the others may not be there yet
		for len(others) < len(n.inside.Members)-1 {
			msg, err := sub.NextMsgWithContext(again)
			if err != nil {
				break
			}
			c := new(copies)
			if json.Unmarshal(msg.Data, c) == nil && c.Member != n.inside.config.ServerName {
				others[c.Member] = c
			}
		}
		cancel()
	}
	return slices.Collect(maps.Values(others)), nil
}

// mend looks until this member has what the others had when it began, for a minute at most, and
// makes copies of streams again that do not get there by what NATS does. It calls whole when
// it has what most others had, or gives up.
func (n *Node) mend(ctx context.Context, whole func()) {
	defer whole()
	ctx, cancel := context.WithTimeout(ctx, mendWithin)
	defer cancel()
	e := &examination{node: n, streams: make(map[string]*examined)}
	for _, stream := range n.inside.kept {
		e.streams[stream] = new(examined)
	}
	for {
		answers, isWhole, damaged, err := e.look(ctx)
		if len(damaged) > 0 {
			n.inside.Logger.WarnContext(ctx, "files of this server are damaged; what they lack is copied from other servers",
				slog.Any("streams", slices.Sorted(maps.Keys(damaged))))
			err = n.inside.startWithout(damaged)
		}
		if isWhole && err == nil {
			err = os.RemoveAll(n.inside.aside())
		}
		if err != nil && ctx.Err() == nil {
			n.inside.Logger.ErrorContext(ctx, "damaged files are not replaced", slog.Any("error", err))
		}
		if isWhole && answers >= len(n.inside.Members)/2 {
			whole()
		}
		if isWhole && answers == len(n.inside.Members)-1 || err != nil {
			return
		}
		select {
		case <-time.After(lookAgain):
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.DeadlineExceeded) && e.hasMade() {
				n.inside.Logger.WarnContext(ctx, "what this server lacks is still being copied", slog.String("before", n.inside.aside()))
			}
			return
		}
	}
}

// An examination compares this member's copies with others'.
type examination struct {
	node    *Node
	streams map[string]*examined // those that the member had at its start
}

type examined struct {
	target uint64 // the last sequence that others had at first
	isMade bool   // again

	own  streamCopy
	last uint64    // sequence that others have
	at   time.Time // when one of these changed
	gaps int       // looks, one after another, with a gap
}

func (e *examination) hasMade() bool {
	for _, x := range e.streams {
		if x.isMade {
			return true
		}
	}
	return false
}

// look looks once: how many others answer, does this member have what they have, and if not, which
// copies will not get there? Of those that it returns, with their groups, the fullest copy leads,
// from which NATS will copy.
func (e *examination) look(ctx context.Context) (answers int, isWhole bool, damaged map[string]string, err error) {
	others, err := e.node.othersCopies(ctx)
	if err != nil {
		return 0, false, nil, err
	}
	own, err := e.node.inside.copies()
	if err != nil {
		return 0, false, nil, err
	}
	isWhole, damaged = true, make(map[string]string)
	for stream, x := range e.streams {
		c, isThere := own.Streams[stream]
		if !isThere { // NATS has not read it yet, or cannot; or it was deleted
			c.Group = groupOf(stream, others)
			isWhole = isWhole && c.Group == ""
		}
		fullest, leads := x.compare(c, stream, others)
		isWhole = isWhole && x.gaps == 0 && c.Last >= x.target
		isStuck := c.Last < x.last && time.Since(x.at) > stalled
		switch {
		case x.isMade || fullest == "" || x.gaps < gapLooks && !isStuck:
		case leads:
			x.isMade, x.gaps = true, 0
			damaged[stream] = c.Group
		default: // it may lead at the next look
			e.node.haveLead(stream, fullest)
		}
	}
	return len(others), isWhole, damaged, nil
}

// groupOf returns the name of a stream's group, or "" if nobody has the stream.
func groupOf(stream string, others []*copies) string {
	for _, other := range others {
		if c, isThere := other.Streams[stream]; isThere {
			return c.Group
		}
	}
	return ""
}

// compare compares this member's copy with the others', and returns who has the fullest of those
// that have more, and whether it leads.
func (x *examined) compare(own streamCopy, stream string, others []*copies) (fullest string, leads bool) {
	var last, most uint64
	hasGap := false
	for _, other := range others {
		theirs, isThere := other.Streams[stream]
		if !isThere {
			continue // of five members three keep it
		}
		last = max(last, theirs.Last)
		hasGap = hasGap || own.lacks(theirs)
		if (own.lacks(theirs) || own.Last < theirs.Last) && theirs.Messages > most {
			fullest, leads, most = other.Member, theirs.Leads, theirs.Messages
		}
	}
	if x.target == 0 {
		x.target = last
	}
	if x.own != own || x.last != last && own.Messages > 0 { // with what is written NATS fetches what came before it
		x.own, x.last, x.at = own, last, time.Now()
	}
	x.gaps++
	if !hasGap {
		x.gaps = 0
	}
	return fullest, leads
}

// haveLead has a member lead a stream, if it can.
func (n *Node) haveLead(stream, member string) {
	request, _ := json.Marshal(server.JSApiLeaderStepdownRequest{Placement: &server.Placement{Preferred: member}}) // it has nothing that could fail
	_ = n.conn.Publish("$JS.API.STREAM.LEADER.STEPDOWN."+stream, request)                                          // it is asked again
}

// startWithout has the server start again without some streams' files, by stream their group. Of
// Raft's, too, whose snapshot says what the copy was; how the server voted is kept, since nobody
// may vote twice.
func (i *inside) startWithout(groups map[string]string) error {
	i.stop()
	if err := errors.Join(os.RemoveAll(i.aside()), os.MkdirAll(i.aside(), 0o700)); err != nil {
		return fmt.Errorf("cluster: %w", err)
	}
	for stream, group := range groups {
		raft, old := i.raft(group), filepath.Join(i.aside(), stream)
		// NATS may have removed them when it could not read the stream.
		for from, to := range map[string]string{i.messages(stream): old, raft: old + ".raft"} {
			if err := os.Rename(from, to); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("cluster: %w", err)
			}
		}
		err := os.Mkdir(raft, 0o700)
		for _, name := range []string{"tav.idx", "peers.idx"} {
			if kept, failed := os.ReadFile(filepath.Join(old+".raft", name)); failed == nil { // it votes and has peers, or has not yet
				err = errors.Join(err, os.WriteFile(filepath.Join(raft, name), kept, 0o600))
			}
		}
		if err != nil {
			return fmt.Errorf("cluster: %w", err)
		}
	}
	return i.start()
}

// aside is where damaged copies are until there are whole ones: they may have what no other
// member has.
func (i *inside) aside() string { return filepath.Join(i.Dir, "damaged") }

// messages is where NATS keeps those of a stream.
func (i *inside) messages(stream string) string {
	return filepath.Join(i.Dir, "jetstream", server.DEFAULT_GLOBAL_ACCOUNT, "streams", stream, "msgs")
}

// streams returns those of which the directory has messages.
func (i *inside) streams() (names []string, err error) {
	paths, err := filepath.Glob(i.messages("*"))
	for _, path := range paths {
		names = append(names, filepath.Base(filepath.Dir(path)))
	}
	return names, err
}

// raft is where NATS keeps what a group of Raft agreed on.
func (i *inside) raft(group string) string {
	return filepath.Join(i.Dir, "jetstream", server.DEFAULT_SYSTEM_ACCOUNT, "_js_", group)
}

// forgetSums removes what NATS keeps beside the messages so that it need not read them at its
// start. Without it all of them are checked.
func (i *inside) forgetSums() error {
	files, err := filepath.Glob(filepath.Join(i.messages("*"), "index.db"))
	for _, file := range files {
		err = errors.Join(err, os.Remove(file))
	}
	return err
}
