package cluster

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
)

// A Clock is the time by which all servers go: that of their clocks which has as many ahead of it as
// behind, and of two in the middle the earlier. A server whose clock is wrong by minutes or days thus
// ends nobody's poll. Its methods may be called concurrently.
type Clock struct {
	own   func() time.Time
	conn  *nats.Conn
	inbox string // for answers; it names this server, too
	log   *slog.Logger

	mu     sync.Mutex         // guards the fields below
	others map[string]reading // by inbox
	ahead  time.Duration      // of own, by which the others' time differs; 0 for less than skewMax
	subs   []*nats.Subscription
	timer  *time.Timer // nil when closed
}

// A reading is what was heard of another server's clock.
type reading struct {
	ahead time.Duration // of this server's
	at    time.Time
}

const (
	clockSubject = "clock"

	// clockInterval is how often a server asks the others for their time. It believes an answer until
	// it has missed three, but not one that took longer than answerMax: it stood still itself, or the
	// link did.
	clockInterval = 10 * time.Second
	clockLife     = 3*clockInterval + clockInterval/2
	answerMax     = 2 * time.Second

	// skewMax is how far clocks may differ that count as right: with NTP they are closer.
	skewMax = 5 * time.Second
)

// Clock begins to compare this server's clock with those of the others, until Close. own is
// time.Now, but in tests. The log is told when they differ.
func (n *Node) Clock(own func() time.Time, log *slog.Logger) (*Clock, error) {
	c := &Clock{own: own, conn: n.conn, inbox: nats.NewInbox(), log: log, others: make(map[string]reading)}
	c.mu.Lock() // ask and hear wait
	defer c.mu.Unlock()
	for subject, f := range map[string]nats.MsgHandler{clockSubject: c.answer, c.inbox: c.hear} {
		sub, err := n.conn.Subscribe(subject, f)
		if err != nil {
			return nil, fmt.Errorf("cluster: %w", err)
		}
		c.subs = append(c.subs, sub)
	}
	c.timer = time.AfterFunc(0, c.ask)
	return c, nil
}

// Now is the time by which all servers go.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.own().Add(c.ahead)
}

// Close ends the comparison. The time goes on as it was.
func (c *Clock) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.timer.Stop()
	c.timer = nil
	for _, sub := range c.subs {
		_ = sub.Unsubscribe() // it ends with the connection otherwise
	}
	return nil
}

// ask asks the others for their time. A question that is lost is like one without an answer.
func (c *Clock) ask() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.timer == nil {
		return
	}
	c.compareLocked()
	_ = c.conn.PublishRequest(clockSubject, c.inbox, c.own().AppendFormat(nil, time.RFC3339Nano))
	c.timer.Reset(clockInterval)
}

// answer answers another server, with its own time and ours.
func (c *Clock) answer(msg *nats.Msg) {
	if msg.Reply == c.inbox {
		return
	}
	reply := nats.NewMsg(msg.Reply)
	reply.Header.Set(fromHeader, c.inbox)
	reply.Data = append(append(msg.Data, ' '), c.own().Format(time.RFC3339Nano)...)
	_ = c.conn.PublishMsg(reply) // it is asked again
}

// hear takes an answer.
func (c *Clock) hear(msg *nats.Msg) {
	asked, theirs, _ := strings.Cut(string(msg.Data), " ")
	sent, err := time.Parse(time.RFC3339Nano, asked)
	then, failed := time.Parse(time.RFC3339Nano, theirs)
	took := c.own().Sub(sent)
	if err != nil || failed != nil || took < 0 || took > answerMax {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.others[msg.Header.Get(fromHeader)] = reading{then.Sub(sent) - took/2, time.Now()}
	c.compareLocked()
}

func (c *Clock) compareLocked() {
	all := []time.Duration{0}
	for server, heard := range c.others {
		if time.Since(heard.at) > clockLife {
			delete(c.others, server)
		} else {
			all = append(all, heard.ahead)
		}
	}
	before := c.ahead
	if c.ahead = middle(all); c.ahead.Abs() < skewMax {
		c.ahead = 0
	}
	if c.ahead != 0 && (c.ahead-before).Abs() >= skewMax {
		c.log.Warn("this server's clock is wrong, and it goes by the others'", slog.Duration("behind", c.ahead.Round(time.Second)))
	}
}

// middle returns the median, and of two in the middle the lower one.
func middle(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[(len(all)-1)/2]
}
