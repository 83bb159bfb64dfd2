package adaptertest

import (
	"encoding/json"
	"reflect"

	"github.com/caucus-live/caucus/socketio"
)

// messages returns one message of each kind that every cluster has words for, those of
// other implementations too, with all the fields that these carry.
func messages() []socketio.Message {
	rooms, except := []string{"r", "s"}, []string{"e"}
	data, attachments := json.RawMessage(`["x",1,{"_placeholder":true,"num":0}]`), [][]byte{{0, 0xff}}
	return []socketio.Message{
		{Kind: socketio.MessageBroadcast, Data: json.RawMessage(`["all"]`)},
		{Kind: socketio.MessageBroadcast, Rooms: rooms[:1], Data: json.RawMessage(`["text","é\n"]`), Uncompressed: true},
		{Kind: socketio.MessageBroadcast, Rooms: rooms, Except: except, Data: data, Attachments: attachments, Volatile: true},
		{Kind: socketio.MessageBroadcast, ID: "1", Rooms: rooms, Except: except, Data: data, Attachments: attachments},
		{Kind: socketio.MessageJoin, Rooms: rooms, Except: except, Into: []string{"i", "j"}},
		{Kind: socketio.MessageLeave, Rooms: rooms, Except: except, Into: []string{"i", "j"}},
		{Kind: socketio.MessageDisconnect, Rooms: rooms, Except: except},
		{Kind: socketio.MessageCloseConns, Rooms: rooms, Except: except},
		{Kind: socketio.MessageFetch, ID: "2", Rooms: rooms, Except: except},
		{Kind: socketio.MessageServerEvent, Data: json.RawMessage(`["x",1]`)},
		{Kind: socketio.MessageServerEvent, ID: "3", Data: json.RawMessage(`["x",1]`)},
	}
}

// answers returns the answers of server "a" to the requests among messages of "b".
func answers() []socketio.Message {
	return []socketio.Message{
		{Kind: socketio.MessageCount, ID: "1", Count: 2},
		{Kind: socketio.MessageReply, ID: "1", Data: json.RawMessage(`[{"_placeholder":true,"num":0}]`), Attachments: [][]byte{{0, 0xff}}},
		{Kind: socketio.MessageReply, ID: "3", Data: json.RawMessage(`["yes"]`)},
		{Kind: socketio.MessageSockets, ID: "2", Sockets: []socketio.SocketInfo{
			{ID: "socket", Rooms: []string{"r"}, Data: map[string]json.RawMessage{"d": json.RawMessage(`1`)}},
		}},
	}
}

func testCarriesAllFields(s *seam) {
	ms := s.members(2)
	for _, m := range messages() {
		ms[1].passes(ms[0], m)
	}
	for _, m := range answers() {
		m.To = "b"
		ms[0].passes(ms[1], m)
	}
}

// passes checks that what one member publishes arrives at another as it was. An answer
// need not say where it is from: see socketio.Adapter.Servers.
func (m *member) passes(other *member, message socketio.Message) {
	m.t.Helper()
	message.From, message.Namespace = m.name, "/"
	if err := m.adapter.Publish(m.t.Context(), message); err != nil {
		m.t.Error(err)
		return
	}
	got := other.messages(1)[0]
	if got.Offset != "" && logOf(other.adapter) != nil {
		got.Offset = "" // which the adapter has added
	}
	if message.To != "" {
		got.From, got.To, got.Namespace = message.From, message.To, message.Namespace
	}
	for i := range got.Sockets { // which a wire may say more or less of
		info := &got.Sockets[i]
		*info = socketio.SocketInfo{ID: info.ID, Rooms: info.Rooms, Data: info.Data}
	}
	if !reflect.DeepEqual(got, message) {
		m.t.Errorf("%s arrived as\n%+v, want\n%+v", message.Kind, got, message)
	}
}
