package engineio_test

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/gobwas/ws"

	"github.com/caucus-live/caucus/socketio/engineio"
)

func message(size int) *engineio.Message {
	return engineio.NewMessage(engineio.Text, bytes.Repeat([]byte{'x'}, size))
}

func TestQueueGathers(t *testing.T) {
	small, big := message(100), message(20_000)
	buf := make([]byte, 0, 64<<10)
	var q engineio.Queue
	if q.Gather(buf) != nil || !q.Empty() {
		t.Error("an empty queue is not")
	}
	q.Push(small)
	if got := q.Gather(buf); &got[0] != &small.Encode(false, false)[0] {
		t.Error("a message alone was copied")
	}
	q.Push(small, small, big)
	if got, want := len(q.Gather(buf)), 3*small.Len()+big.Len(); got != want {
		t.Errorf("gathered %d bytes, want %d", got, want)
	}
	if got := q.Advance(3*small.Len() + 1); got != 3 || q.Bytes() != big.Len() {
		t.Errorf("%d messages left, %d bytes stay", got, q.Bytes())
	}
	if got := q.Gather(buf); &got[0] != &big.Encode(false, false)[1] {
		t.Error("the rest of a big message was copied")
	}
	q.Advance(big.Len() - 1)
	if !q.Empty() || q.Bytes() != 0 {
		t.Errorf("not empty: %d bytes", q.Bytes())
	}
	for range 1000 {
		q.Push(big)
	}
	if got := len(q.Gather(buf)); got != big.Len() {
		t.Errorf("gathered %d bytes", got)
	}
	for range 1000 {
		q.Advance(big.Len())
	}
	if q.Slots() != 0 {
		t.Errorf("%d slots are kept", q.Slots())
	}
}

func TestQueueDiscards(t *testing.T) {
	m := message(100)
	buf := make([]byte, 0, 64<<10)
	var q engineio.Queue
	q.Push(m, m, m, m, m)
	q.Gather(buf[:0:420]) // four fit
	q.Push(m)
	q.Discard()
	if q.Bytes() != 4*m.Len() {
		t.Errorf("%d bytes stay, want those that are being written", q.Bytes())
	}
	q.Advance(3*m.Len() + 1)
	q.Push(m)
	q.Discard()
	if q.Bytes() != m.Len() {
		t.Errorf("%d bytes stay, want the half-written message", q.Bytes())
	}
	q.Advance(m.Len() - 1)
	q.Push(m)
	q.Discard()
	if !q.Empty() || q.Bytes() != 0 {
		t.Errorf("%d bytes stay, want none", q.Bytes())
	}
}

// TestQueueOrder writes in pieces of any size; all must come out, in order.
func TestQueueOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	buf := make([]byte, 0, 64<<10)
	var q engineio.Queue
	var pushed, popped bytes.Buffer
	for i := range 1000 {
		for range random.IntN(4) {
			m := engineio.NewMessage(engineio.Text, bytes.Repeat([]byte{byte('a' + i%26)}, random.IntN(1+random.IntN(20_000))))
			pushed.Write(m.Encode(false, false))
			q.Push(m)
		}
		out := q.Gather(buf)
		n := len(out)
		if n > 0 && random.IntN(3) == 0 {
			n = random.IntN(n)
		}
		popped.Write(out[:n])
		q.Advance(n)
	}
	for !q.Empty() {
		out := q.Gather(buf)
		popped.Write(out)
		q.Advance(len(out))
	}
	if !bytes.Equal(pushed.Bytes(), popped.Bytes()) {
		t.Error("the bytes came out in another order")
	}
}

func TestMessageForms(t *testing.T) {
	payload := []byte(strings.Repeat("caucus", 100))
	for _, kind := range []engineio.Kind{engineio.Text, engineio.Binary} {
		m := engineio.NewMessage(kind, payload)
		payload[0] = 'C' // it was copied
		for _, v3 := range []bool{false, true} {
			want := strings.Repeat("caucus", 100)
			switch {
			case kind == engineio.Text:
				want = "4" + want
			case v3:
				want = "\x04" + want
			}
			plain, deflated := m.Encode(v3, false), m.Encode(v3, true)
			if len(deflated) > 50 || deflated[0]&0x40 == 0 {
				t.Errorf("%v, v3 %v: deflated to %d bytes", kind, v3, len(deflated))
			}
			r := engineio.NewFrameReader(1000, true)
			for _, frame := range [][]byte{plain, deflated} {
				header, err := ws.ReadHeader(bytes.NewReader(frame))
				if err != nil {
					t.Fatal(err)
				}
				body := frame[ws.HeaderSize(header):]
				if status := r.Read(frames(ws.Frame{Header: header, Payload: body})); status != 0 {
					t.Fatalf("status %d", status)
				}
				if got := r.Frames[len(r.Frames)-1].Data; got != want {
					t.Errorf("%v, v3 %v: %q", kind, v3, got)
				}
			}
			if plain := m.Uncompressed().Encode(v3, true); plain[0]&0x40 != 0 {
				t.Errorf("%v, v3 %v: compressed although it must not be", kind, v3)
			}
		}
		payload[0] = 'c'
	}
}

// TestFormsAreMadeOnce shows that sessions that want the same form of a message,
// compressed or not, share its bytes, even if they ask for it at the same time.
func TestFormsAreMadeOnce(t *testing.T) {
	type form struct{ v3, deflate bool }
	for _, kind := range []engineio.Kind{engineio.Text, engineio.Binary} {
		m := engineio.NewMessage(kind, []byte(strings.Repeat("caucus", 100)))
		for _, f := range []form{{false, false}, {false, true}, {true, false}, {true, true}} {
			var made [8]*byte
			var sessions sync.WaitGroup
			for i := range made {
				sessions.Go(func() { made[i] = &m.Encode(f.v3, f.deflate)[0] })
			}
			sessions.Wait()
			for _, first := range made {
				if first != made[0] {
					t.Errorf("%v, %+v: made twice", kind, f)
				}
			}
		}
	}
}

// One message that is not UTF-8 would make every client in a room disconnect.
func TestTextIsMadeUTF8(t *testing.T) {
	m := engineio.NewMessage(engineio.Text, []byte("a\xffb"))
	if got := string(m.Encode(false, false)[2:]); got != "4a\uFFFDb" {
		t.Errorf("got %q", got)
	}
	if got := m.Len(); got != 2+4+2 {
		t.Errorf("length %d", got)
	}
}
