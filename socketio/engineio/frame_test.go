package engineio_test

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsflate"
	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/socketio/engineio"
)

const frameLimit = 1000

func TestFrameErrors(t *testing.T) {
	header := func(bits, length byte, rest ...byte) []byte { return append([]byte{bits, length | 0x80}, rest...) }
	mask := []byte{1, 2, 3, 4}
	deflated := func(text string) []byte {
		f, err := wsflate.CompressFrame(ws.NewTextFrame([]byte(text)))
		if err != nil {
			t.Fatal(err)
		}
		return frames(f)
	}
	for _, tt := range []struct {
		name    string
		deflate bool
		input   []byte
		want    ws.StatusCode
	}{
		{"not masked", false, []byte{0x81, 0}, ws.StatusProtocolError},
		{"reserved opcode", false, header(0x83, 0, mask...), ws.StatusProtocolError},
		{"reserved control opcode", false, header(0x8b, 0, mask...), ws.StatusProtocolError},
		{"RSV1 without extension", false, header(0xc1, 0, mask...), ws.StatusProtocolError},
		{"RSV2", true, header(0xa1, 0, mask...), ws.StatusProtocolError},
		{"RSV3", true, header(0x91, 0, mask...), ws.StatusProtocolError},
		{"compressed control frame", true, header(0xc9, 0, mask...), ws.StatusProtocolError},
		{"compressed continuation", true, append(frames(ws.NewFrame(ws.OpText, false, nil)), header(0xc0, 0, mask...)...), ws.StatusProtocolError},
		{"fragmented control frame", false, header(0x09, 0, mask...), ws.StatusProtocolError},
		{"long control frame", false, header(0x89, 126, append([]byte{0, 126}, mask...)...), ws.StatusProtocolError},
		{"continuation of nothing", false, header(0x80, 0, mask...), ws.StatusProtocolError},
		{"message within a message", false, frames(ws.NewFrame(ws.OpText, false, nil), ws.NewTextFrame(nil)), ws.StatusProtocolError},
		{"negative length", false, header(0x81, 127, append(bytes.Repeat([]byte{0xff}, 8), mask...)...), ws.StatusProtocolError},
		{"long message", false, header(0x81, 126, append(binary.BigEndian.AppendUint16(nil, frameLimit+1), mask...)...), ws.StatusMessageTooBig},
		{"huge message", false, header(0x81, 127, append(binary.BigEndian.AppendUint64(nil, 1<<62), mask...)...), ws.StatusMessageTooBig},
		{"long fragments", false, frames(ws.NewFrame(ws.OpText, false, make([]byte, 600)), ws.NewFrame(ws.OpContinuation, true, make([]byte, 401))), ws.StatusMessageTooBig},
		{"long when inflated", true, deflated(strings.Repeat("x", frameLimit+1)), ws.StatusMessageTooBig},
		{"not deflated", true, append(header(0xc1, 4, 0, 0, 0, 0), 0xff, 0xff, 0xff, 0xff), ws.StatusInvalidFramePayloadData},
		{"not UTF-8", false, frames(ws.NewTextFrame([]byte("\xc3"))), ws.StatusInvalidFramePayloadData},
		{"fragments not UTF-8", false, frames(ws.NewFrame(ws.OpText, false, []byte("\xc3")), ws.NewFrame(ws.OpContinuation, true, nil)), ws.StatusInvalidFramePayloadData},
		{"at the limit", false, frames(ws.NewTextFrame(make([]byte, frameLimit))), 0},
		{"at the limit when inflated", true, deflated(strings.Repeat("x", frameLimit)), 0},
		{"rune across fragments", false, frames(ws.NewFrame(ws.OpText, false, []byte("\xc3")), ws.NewFrame(ws.OpContinuation, true, []byte("\xa9"))), 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, step := range []int{len(tt.input), 1} {
				r := engineio.NewFrameReader(frameLimit, tt.deflate)
				if got := feed(r, tt.input, step); got != tt.want {
					t.Errorf("in pieces of %d: status %d, want %d", step, got, tt.want)
				}
			}
		})
	}
}

// Between messages a reader serves the next connection, of whatever form, as a new one would.
func TestMessagesLeaveNothingToTheNextConnection(t *testing.T) {
	compressed, err := wsflate.CompressFrame(ws.NewTextFrame([]byte("compressed")))
	if err != nil {
		t.Fatal(err)
	}
	for name, input := range map[string][]byte{
		"compressed": frames(compressed),
		"fragments":  frames(ws.NewFrame(ws.OpText, false, []byte("x")), ws.NewPingFrame([]byte("y")), ws.NewFrame(ws.OpContinuation, true, nil)),
		"binary":     frames(ws.NewBinaryFrame(nil)),
	} {
		for _, stream := range []bool{false, true} {
			r := engineio.NewFrameReader(frameLimit, true)
			if got := r.Read(bytes.Clone(input)); got != 0 {
				t.Fatalf("%s: status %d", name, got)
			}
			r.Frames = nil
			next := frames(ws.NewTextFrame([]byte("next")))
			if stream {
				next = streamFrame(engineio.Text, "next")
			}
			status := r.Next(stream).Read(next)
			if diff := cmp.Diff([]engineio.Frame{{ws.OpText, "next"}}, r.Frames); diff != "" || status != 0 {
				t.Errorf("%s, then stream = %t: status %d (-want +got):\n%s", name, stream, status, diff)
			}
		}
	}
}

func TestFragmentsAreCounted(t *testing.T) {
	fragment := frames(ws.NewFrame(ws.OpContinuation, false, nil))
	r := engineio.NewFrameReader(frameLimit, false)
	if got := r.Read(frames(ws.NewFrame(ws.OpText, false, []byte("x")))); got != 0 {
		t.Fatalf("status %d", got)
	}
	for i := range 4096 {
		want := ws.StatusCode(0)
		if i == 4095 {
			want = ws.StatusPolicyViolation
		}
		if got := r.Read(bytes.Clone(fragment)); got != want {
			t.Fatalf("fragment %d: status %d, want %d", i, got, want)
		}
	}
}

// feed reads a copy of the input in pieces.
func feed(r *engineio.FrameReader, input []byte, step int) ws.StatusCode {
	input = bytes.Clone(input)
	for len(input) > 0 {
		n := min(step, len(input))
		if status := r.Read(input[:n]); status != 0 {
			return status
		}
		input = input[n:]
	}
	return 0
}

// FuzzFrameReader checks that it does not matter in which pieces bytes arrive,
// and that no more is kept than has arrived, and than the limit allows.
func FuzzFrameReader(f *testing.F) {
	f.Add(frames(ws.NewTextFrame([]byte("4hello")), ws.NewBinaryFrame(make([]byte, 200)), ws.NewPingFrame([]byte("x"))), 3, false)
	f.Add(frames(ws.NewFrame(ws.OpText, false, []byte("4he")), ws.NewPongFrame(nil), ws.NewFrame(ws.OpContinuation, true, []byte("llo"))), 1, false)
	f.Add(frames(ws.NewCloseFrame(ws.NewCloseFrameBody(ws.StatusNormalClosure, "bye"))), 2, false)
	if compressed, err := wsflate.CompressFrame(ws.NewTextFrame([]byte("4hello hello hello"))); err == nil {
		f.Add(frames(compressed), 5, true)
	}
	f.Add([]byte{0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4}, 4, false)
	f.Fuzz(func(t *testing.T, input []byte, step int, deflate bool) {
		whole := engineio.NewFrameReader(frameLimit, deflate)
		want := feed(whole, input, max(1, len(input)))
		pieces := engineio.NewFrameReader(frameLimit, deflate)
		got := feed(pieces, input, min(max(1, step), 64))
		if got != want {
			t.Errorf("status %d in pieces, %d as a whole", got, want)
		}
		if diff := cmp.Diff(whole.Frames, pieces.Frames); diff != "" {
			t.Errorf("frames (-whole +pieces):\n%s", diff)
		}
		if n := whole.Buffered(); n > min(len(input), frameLimit+139) {
			t.Errorf("%d bytes are kept of %d", n, len(input))
		}
		for _, frame := range whole.Frames {
			if len(frame.Data) > frameLimit {
				t.Errorf("message of %d bytes", len(frame.Data))
			}
		}
	})
}
