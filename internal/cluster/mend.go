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
// is newer than all that it has, and nothing in between: a gap stays, and when each member has
// had its own, the cluster has lost what all of them miss. So a member looks at its start for
// what others have and it has not, and makes such a copy again from theirs.

const (
	copiesSubject = "caucus.copies"

	answerWithin = 2 * time.Second // of other members, about their copies
	askAgain     = 200 * time.Millisecond
	lookAgain    = 300 * time.Millisecond // this member may only have heard of a removal before others
	looks        = 4
	whole        = time.Minute // how long a server waits for a copy that is made again
)

// A streamCopy is what a member has of a stream.
type streamCopy struct {
	Messages uint64 `json:"messages"`
	Last     uint64 `json:"last"` // sequence
}

// lacks reports whether another copy has messages that this one should have. One that is behind
// says nothing: it may still have what was removed since.
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
func (n *Node) othersCopies(ctx context.Context) (map[string]*copies, error) {
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
	return others, nil
}

// damaged returns the streams of which another member has messages that this one lacks, with
// the copy of a member that has the most.
func (n *Node) damaged(ctx context.Context) (map[string]streamCopy, error) {
	own, err := n.inside.copies()
	if err != nil {
		return nil, err
	}
	others, err := n.othersCopies(ctx)
	if err != nil {
		return nil, fmt.Errorf("cluster: %w", err)
	}
	damaged := make(map[string]streamCopy)
	for stream, c := range own.Streams {
		for _, other := range others {
			if best := other.Streams[stream]; c.lacks(best) && best.Messages >= damaged[stream].Messages {
				damaged[stream] = best
			}
		}
	}
	return damaged, nil
}

// Mend makes those copies of streams again from the other members' that lack messages which others
// have: what was lost with a damaged file. It looks once, at all members that answer within two
// seconds, and does nothing where NATS runs elsewhere or this server is alone. Connections to
// the NATS inside wait meanwhile. It returns when the copies are whole, or after a minute.
func (n *Node) Mend(ctx context.Context) error {
	if n.inside == nil || len(n.inside.Members) == 1 {
		return nil
	}
	damaged, err := n.damaged(ctx)
	for range looks - 1 {
		if err != nil || len(damaged) == 0 {
			return err
		}
		if err := pause(ctx, lookAgain); err != nil {
			return err
		}
		var still map[string]streamCopy
		still, err = n.damaged(ctx)
		maps.DeleteFunc(damaged, func(stream string, _ streamCopy) bool { return still[stream].Messages == 0 })
	}
	if err != nil || len(damaged) == 0 {
		return err
	}
	names := slices.Sorted(maps.Keys(damaged))
	n.inside.Logger.WarnContext(ctx, "files of this server are damaged; what they lack is copied from other servers", slog.Any("streams", names))
	n.inside.stop()
	if err := n.inside.putAside(names); err != nil {
		return fmt.Errorf("cluster: %w", err)
	}
	if err := n.inside.start(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, whole)
	defer cancel()
	for !n.inside.has(damaged) {
		if pause(ctx, lookAgain) != nil {
			n.inside.Logger.WarnContext(ctx, "what this server lacks is still being copied", slog.String("before", n.inside.aside()))
			return nil
		}
	}
	if err := os.RemoveAll(n.inside.aside()); err != nil {
		return fmt.Errorf("cluster: %w", err)
	}
	return nil
}

// aside is where damaged copies are until there are whole ones: they may have what no other
// member has.
func (i *inside) aside() string { return filepath.Join(i.Dir, "damaged") }

func (i *inside) putAside(streams []string) error {
	if err := os.RemoveAll(i.aside()); err != nil {
		return err
	}
	if err := os.Mkdir(i.aside(), 0o700); err != nil {
		return err
	}
	for _, stream := range streams {
		if err := os.Rename(i.messages(stream), filepath.Join(i.aside(), stream)); err != nil {
			return err
		}
	}
	return nil
}

// has reports whether the copies are as far as others were.
func (i *inside) has(others map[string]streamCopy) bool {
	own, err := i.copies()
	if err != nil {
		return false
	}
	for stream, other := range others {
		if c := own.Streams[stream]; c.Last < other.Last || c.lacks(other) {
			return false
		}
	}
	return true
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
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
