package socketio_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/socketio"
)

func TestMessageEncoding(t *testing.T) {
	for name, m := range map[string]socketio.Message{
		"zero": {},
		"broadcast": {
			Kind: socketio.MessageBroadcast, From: "a", To: "b", Namespace: "/n", ID: "a.1", Timeout: time.Second,
			Rooms: []string{"r", "\x00"}, Except: []string{"e"}, Volatile: true, Uncompressed: true,
			Data: []byte(`["x",{"_placeholder":true,"num":0}]`), Attachments: [][]byte{{0, 0xff}, {}},
		},
		"join":  {Kind: socketio.MessageJoin, Into: []string{"s"}},
		"count": {Kind: socketio.MessageCount, Count: 7},
		"reply": {Kind: socketio.MessageReply, Socket: "id", Reason: socketio.ReasonServer},
		"sockets": {Kind: socketio.MessageSockets, Sockets: []socketio.SocketInfo{{
			ID: "id", Rooms: []string{"r"}, Data: map[string]json.RawMessage{"d": []byte(`1`)}, Secure: true,
			RemoteAddr: "192.0.2.1:1", Connected: time.Unix(1, 2).UTC(), URL: "/?a", Header: map[string][]string{"H": {"v"}},
		}}},
	} {
		got, err := socketio.DecodeMessage(m.Encode())
		if diff := cmp.Diff(m, got); err != nil || diff != "" {
			t.Errorf("%s: %v %s", name, err, diff)
		}
	}
}

func TestMessageThatDoesNotDecode(t *testing.T) {
	for _, data := range []string{
		"", "\xff", "\x05{", "\x01{", "\x02[]",
		"\x0d{\"Sizes\":[9]}[]", "\x0e{\"Sizes\":[-1]}[]", "\x0f{\"Sizes\":[2,1]}[]",
	} {
		if m, err := socketio.DecodeMessage([]byte(data)); err == nil {
			t.Errorf("%q: %+v", data, m)
		}
	}
}
