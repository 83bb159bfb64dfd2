package httpd

import (
	"encoding/json"

	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/socketio"
)

// An encoding is a document in each form in which it is sent. However many clients come
// in or ask for it at one version, it is encoded once, and is in memory once for all their
// queues: a room of people who do not read costs no more than one who does.
type encoding struct {
	state  *socketio.Shared // a wire.PollState
	synced *socketio.Shared // a wire.Synced
}

func encoded(e *live.Edition) *encoding {
	v, _ := e.Form.Of(func() any {
		doc := json.RawMessage(mustEncode(e.Document))
		return &encoding{
			state: mustShare(struct {
				Version uint64          `json:"version"`
				Poll    json.RawMessage `json:"poll"`
			}{e.Version, doc}),
			synced: mustShare(struct {
				OK      bool            `json:"ok"`
				Version uint64          `json:"version"`
				Poll    json.RawMessage `json:"poll"`
			}{true, e.Version, doc}),
		}
	}).(*encoding) // made here alone
	return v
}

// baseFor is the view of a client of the base contract: its own when it has a ballot,
// else the one of all.
func baseFor(user poll.UserID, v live.View) any {
	if me, ok := v.State().Me(user); ok && me.Voted {
		return v.Base(user)
	}
	e := v.BaseEdition()
	return e.Form.Of(func() any { return mustShare(e.View) })
}

// mustEncode and mustShare are for values of the contract, all of which can be encoded.
func mustEncode(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) //nolint:forbidigo // becomes a logged fault
	}
	return data
}

func mustShare(v any) *socketio.Shared {
	shared, err := socketio.Share(v)
	if err != nil {
		panic(err) //nolint:forbidigo // as above
	}
	return shared
}
