package engineio_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gobwas/ws"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// TestStress has several goroutines broadcast to clients of every kind: over
// WebSocket, slow ones, over polling, upgrading in the middle, and leaving in
// the middle. Each must get every message once and in order, and the server
// theirs.
func TestStress(t *testing.T) {
	const producers, each, duration = 3, 12, 1500 * time.Millisecond
	overTCP(t, &engineio.Options{MaxQueue: 256 << 20, PingInterval: time.Second}, func(w *world) {
		w.onAccept = func(s *session) {
			next := 0
			s.onMessage = func(_ engineio.Kind, data []byte) error {
				if want := fmt.Sprintf("c%d", next); string(data) != want {
					w.Errorf("server got %q, want %q", data, want)
				}
				next++
				return nil
			}
		}
		var clients, opened sync.WaitGroup
		for i := range each {
			for kind, play := range []func(*client, *rand.Rand){
				(*client).playWebsocket, (*client).playSlow, (*client).playPolling, (*client).playUpgrade, (*client).playQuitter,
			} {
				c := &client{w: w, next: map[int]int{}, opened: &opened}
				random := rand.New(rand.NewPCG(uint64(i), uint64(kind)))
				opened.Add(1)
				clients.Go(func() { play(c, random) }) // ends with "end", or on its own
			}
		}
		opened.Wait()
		last := broadcast(w, producers, duration)
		for _, s := range w.all() {
			_ = s.text(last) // some have left
		}
		clients.Wait()
	})
}

// broadcast sends for a while, and returns the last message: how
// many messages each producer has sent.
func broadcast(w *world, producers int, duration time.Duration) string {
	counts := make([]int, producers)
	end := time.Now().Add(duration)
	var wg sync.WaitGroup
	for p := range producers {
		wg.Go(func() { // ends on its own
			for ; time.Now().Before(end); counts[p]++ {
				batch := []*engineio.Message{
					engineio.NewMessage(engineio.Text, fmt.Appendf(nil, "p %d %d a", p, counts[p])),
					engineio.NewMessage(engineio.Text, fmt.Appendf(nil, "p %d %d b%s", p, counts[p], strings.Repeat("x", counts[p]*7%3000))),
				}
				for _, s := range w.all() {
					if counts[p]%5 == 0 {
						s.SendVolatile(engineio.NewMessage(engineio.Text, []byte("volatile")))
					}
					_ = s.Send(batch...) // some have left
				}
				if counts[p]%4 == 0 { // bursts of four
					<-time.After(20 * time.Millisecond)
				}
			}
		})
	}
	wg.Wait()
	return "end" + strings.ReplaceAll(fmt.Sprint(counts), "[", " [")
}

// A client checks what it receives.
type client struct {
	w    *world
	next map[int]int // message by producer
	half string      // the first of a batch, whose second must follow
	seen int
	sent int

	opened *sync.WaitGroup // is done once for each client: what is sent earlier comes with the open packet
}

func (c *client) openWebsocket() *peer {
	defer c.opened.Done()
	return c.w.openWebsocket()
}

func (c *client) openPolling() string {
	defer c.opened.Done()
	return c.w.openPolling()
}

// receive takes a packet and returns false at the end.
func (c *client) receive(packet string) bool {
	var p, n int
	var part string
	switch {
	case packet == "2", packet == "6", packet == "4volatile", strings.HasPrefix(packet, "0{"):
		return true
	case strings.HasPrefix(packet, "4end"):
		c.end(packet)
		return false
	}
	if _, err := fmt.Sscanf(packet, "4p %d %d %s", &p, &n, &part); err != nil {
		c.w.Errorf("got %.50q: %v", packet, err)
		return false
	}
	c.seen++
	if key := fmt.Sprint(p, n); c.half == "" {
		if part != "a" {
			c.w.Errorf("batch %s starts with %.10q", key, part)
		}
		c.half = key
		return true
	} else if part[0] != 'b' || key != c.half {
		c.w.Errorf("batch %s is followed by %s %.10q", c.half, key, part)
	}
	c.half = ""
	if want, ok := c.next[p]; ok && n != want {
		c.w.Errorf("producer %d: got message %d, want %d", p, n, want)
		return false
	}
	c.next[p] = n + 1
	return true
}

// end checks that the last message of each producer has come.
func (c *client) end(packet string) {
	counts := make([]int, len(c.next))
	for p, n := range c.next {
		counts[p] = n
	}
	if got := "4end" + strings.ReplaceAll(fmt.Sprint(counts), "[", " ["); got != packet {
		c.w.Errorf("received %q in all, sent %q", got, packet)
	}
}

// answer returns what to send after a packet.
func (c *client) answer(packet string) (answers []string) {
	if packet == "2" {
		answers = append(answers, "3")
	}
	if c.seen%20 == 0 {
		answers = append(answers, fmt.Sprintf("4c%d", c.sent))
		c.sent++
	}
	return answers
}

// read plays over a WebSocket for some packets. It returns false at the end.
func (c *client) read(p *peer, packets int) bool {
	for range packets {
		f, err := p.next()
		if err != nil {
			c.w.Errorf("read: %v", err)
			return false
		}
		if f.Header.OpCode != ws.OpText {
			c.w.Errorf("got frame %x %q", f.Header.OpCode, f.Payload)
			return false
		}
		packet := string(f.Payload)
		if !c.receive(packet) {
			return false
		}
		if answers := c.answer(packet); len(answers) > 0 {
			p.send(answers...)
		}
	}
	return true
}

const forEver = 1 << 40

func (c *client) playWebsocket(*rand.Rand) { c.read(c.openWebsocket(), forEver) }

func (c *client) playSlow(*rand.Rand) {
	p := c.openWebsocket()
	for range 3 {
		if !c.read(p, 100) {
			return
		}
		<-time.After(200 * time.Millisecond)
	}
	c.read(p, forEver)
}

func (c *client) playQuitter(random *rand.Rand) {
	p := c.openWebsocket()
	c.read(p, random.IntN(500))
	if random.IntN(2) == 0 {
		p.send("1")
	}
	p.close()
}

func (c *client) playPolling(*rand.Rand) {
	sid := c.openPolling()
	for c.poll(sid) {
	}
}

// poll makes one poll, answers it, and returns false at the end.
func (c *client) poll(sid string) bool {
	_, body := c.w.do("GET", of(sid), "")
	for packet := range strings.SplitSeq(body, "\x1e") {
		if !c.receive(packet) {
			return false
		}
		for _, answer := range c.answer(packet) {
			c.w.want(ok("ok"), "POST", of(sid), answer)
		}
	}
	return true
}

func (c *client) playUpgrade(random *rand.Rand) {
	sid := c.openPolling()
	for range random.IntN(20) {
		if !c.poll(sid) {
			return
		}
	}
	p := c.w.probe(sid)
	p.send("2probe")
	p.want("3probe")
	if random.IntN(2) == 0 && !c.poll(sid) {
		return
	}
	p.send("5")
	c.read(p, forEver)
}
