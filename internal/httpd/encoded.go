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

// A baseEncoding is a view of the base contract as it is sent to all, and where what one
// person alone is shown has its place in that.
type baseEncoding struct {
	state  *socketio.Shared
	places *poll.BasePlaces
	size   int // bytes
}

func encodedBase(e *live.BaseEdition) *baseEncoding {
	v, _ := e.Form.Of(func() any {
		data, places, err := e.View.Encode()
		return &baseEncoding{mustShare(json.RawMessage(must(data, err))), places, len(data)}
	}).(*baseEncoding) // made here alone
	return v
}

// of is the view of a person: that of all, which is in memory once, with what they alone
// are shown.
func (v *baseEncoding) of(own poll.BaseOwn) *socketio.Shared {
	state := v.state
	for _, i := range must(v.places.Own(own)) {
		state = state.Insert(i.At, i.Text)
	}
	return state
}

func baseOf(e *live.BaseEdition, own poll.BaseOwn) *socketio.Shared { return encodedBase(e).of(own) }

// must, mustEncode and mustShare are for values of the contract, all of which can be encoded.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err) //nolint:forbidigo // becomes a logged fault
	}
	return v
}

func mustEncode(v any) []byte { return must(json.Marshal(v)) }

func mustShare(v any) *socketio.Shared { return must(socketio.Share(v)) }
