package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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
// member looks at its start for what others have and it has not, and makes such a copy
// again from theirs.

const (
	copiesSubject = "caucus.copies"

	answerWithin = 2 * time.Second // of other members, about their copies
	askAgain     = 200 * time.Millisecond
	lookAgain    = 300 * time.Millisecond
	gapLooks     = 4               // this member may only have heard of a removal before others
	stalled      = 8 * time.Second // NATS may take five to begin
	whole        = time.Minute     // how long a server waits for all that others have
)

// A streamCopy is what a member has of a stream.
type streamCopy struct {
	Messages uint64 `json:"messages"`
	Last     uint64 `json:"last"` // sequence
}

// lacks reports whether another copy has messages that this one should have, before its last. One
// that is behind says nothing: it may still have what was removed since.
func (c streamCopy) lacks(other streamCopy) bool {
	return other.Last >= c.Last && other.Messages > c.Messages+other.Last-c.Last
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
	info, err := s.Jsz(&server.JSzOptions{Accounts: true, Streams: true})
	if err != nil {
		return nil, fmt.Errorf("cluster: %w", err)
	}
	c := &copies{Member: s.Name(), Streams: make(map[string]streamCopy)}
	for _, account := range info.AccountDetails {
		for _, stream := range account.Streams {
			c.Streams[stream.Name] = streamCopy{stream.State.Msgs, stream.State.LastSeq}
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

// Mend waits until this member has what the others had when it was called, for a minute at
// most, and makes copies of streams again that do not get there: what was lost with a damaged
// file. It asks those that answer within two seconds, and does nothing where NATS runs
// elsewhere or this server is alone. Connections to the NATS inside wait while it is stopped
// for this.
func (n *Node) Mend(ctx context.Context) error {
	if n.inside == nil || len(n.inside.Members) == 1 {
		return nil
	}
	bounded, cancel := context.WithTimeout(ctx, whole)
	defer cancel()
	e := &examination{node: n, streams: make(map[string]*examined)}
	for {
		isWhole, damaged, err := e.look(bounded)
		switch {
		case err != nil:
			return err
		case isWhole:
			return n.inside.clearAside()
		case len(damaged) > 0:
			n.inside.Logger.WarnContext(ctx, "files of this server are damaged; what they lack is copied from other servers", slog.Any("streams", damaged))
			if err := n.inside.startWithout(damaged); err != nil {
				return err
			}
		}
		select {
		case <-time.After(lookAgain):
		case <-bounded.Done():
			if ctx.Err() == nil {
				n.inside.Logger.WarnContext(ctx, "what this server lacks is still being copied", slog.String("before", n.inside.aside()))
			}
			return context.Cause(ctx)
		}
	}
}

// An examination compares this member's copies with others'.
type examination struct {
	node    *Node
	streams map[string]*examined
}

type examined struct {
	target uint64 // the last sequence that others had at first
	isMade bool   // again

	copy streamCopy // of this member
	at   time.Time  // when that changed
	gaps int        // looks, one after another, with a gap
}

// look looks once: does this member have everything, and if not, which copies will not get there?
func (e *examination) look(ctx context.Context) (isWhole bool, damaged []string, err error) {
	others, err := e.node.othersCopies(ctx)
	if err != nil {
		return false, nil, fmt.Errorf("cluster: %w", err)
	}
	own, err := e.node.inside.copies()
	if err != nil {
		return false, nil, err
	}
	isWhole = true
	for stream, c := range own.Streams {
		x := e.streams[stream]
		if x == nil {
			x = &examined{at: time.Now()}
			for _, other := range others {
				x.target = max(x.target, other.Streams[stream].Last)
			}
			e.streams[stream] = x
		}
		if x.copy != c {
			x.copy, x.at = c, time.Now()
		}
		if slices.ContainsFunc(others, func(other *copies) bool { return c.lacks(other.Streams[stream]) }) {
			x.gaps++
		} else {
			x.gaps = 0
		}
		isWhole = isWhole && x.gaps == 0 && c.Last >= x.target
		if !x.isMade && (x.gaps >= gapLooks || c.Last < x.target && time.Since(x.at) > stalled) {
			x.isMade, x.gaps = true, 0
			damaged = append(damaged, stream)
		}
	}
	slices.Sort(damaged)
	return isWhole, damaged, nil
}

// startWithout has the server start again without some streams' files.
func (i *inside) startWithout(streams []string) error {
	i.stop()
	if err := os.MkdirAll(i.aside(), 0o700); err != nil {
		return fmt.Errorf("cluster: %w", err)
	}
	for _, stream := range streams {
		old := filepath.Join(i.aside(), stream)
		if err := errors.Join(os.RemoveAll(old), os.Rename(i.messages(stream), old)); err != nil {
			return fmt.Errorf("cluster: %w", err)
		}
	}
	return i.start()
}

// aside is where damaged copies are until there are whole ones: they may have what no other
// member has.
func (i *inside) aside() string { return filepath.Join(i.Dir, "damaged") }

func (i *inside) clearAside() error {
	if err := os.RemoveAll(i.aside()); err != nil {
		return fmt.Errorf("cluster: %w", err)
	}
	return nil
}

// messages is where NATS keeps those of a stream.
func (i *inside) messages(stream string) string {
	return filepath.Join(i.Dir, "jetstream", server.DEFAULT_GLOBAL_ACCOUNT, "streams", stream, "msgs")
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
