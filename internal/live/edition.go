package live

import (
	"encoding/json"
	"sync"

	"github.com/caucus-live/caucus/internal/poll"
)

// An Edition is the document of a poll as it was published, or would be. It is
// immutable, and shared by all who are sent it: what is made of it for them is made once.
type Edition struct {
	Version  uint64
	Document *poll.Document
	Form     Form

	shown uint64 // poll.State.Shown of the document
	json  []byte // owned by whoever has the turn; made when first needed
}

// A BaseEdition is the poll for clients of the base contract, with nobody's ballot. It is
// immutable and shared as an [Edition] is: what one person's view has beyond it is small,
// see [poll.BaseOwn].
type BaseEdition struct {
	View *poll.Base
	Form Form

	version uint64
}

// A Form is what the sender of a view makes of it, once, for all its receivers.
type Form struct {
	once  sync.Once
	value any
}

// Of returns what the first call has made. It may be called concurrently.
func (f *Form) Of(make func() any) any {
	f.once.Do(func() { f.value = make() })
	return f.value
}

// edition is what a connection that begins to follow patches is given: the last one
// published or, while nobody follows, the present one.
func (rm *room) edition() *Edition {
	if rm.show.edition != nil {
		return rm.show.edition
	}
	if e := rm.show.shown; e == nil || e.Version != rm.state.Public() || !rm.isPresent(e) {
		rm.show.shown = rm.newEdition()
	}
	return rm.show.shown
}

func (rm *room) newEdition() *Edition {
	doc := rm.state.Document()
	doc.OnlineCount = rm.onlineCount()
	return &Edition{Version: rm.state.Public(), Document: &doc, shown: rm.state.Shown()}
}

// isPresent reports whether an edition has the document as it is now, if under an earlier version.
func (rm *room) isPresent(e *Edition) bool {
	return e.shown == rm.state.Shown() && e.Document.OnlineCount == rm.onlineCount()
}

func (e *Edition) encode() (err error) {
	if e.json == nil {
		e.json, err = json.Marshal(e.Document)
	}
	return err
}

// baseEdition is what a client of the base contract is welcomed with: the last view that
// was made while others have it, on which the next follows soon, or else the present one. So
// however many come in, no more views wait in their queues than are published.
func (rm *room) baseEdition() *BaseEdition {
	if rm.show.view != nil && rm.presence.total.base > 0 {
		return rm.show.view
	}
	return rm.presentBase()
}

// presentBase is the present poll for all clients of the base contract.
func (rm *room) presentBase() *BaseEdition {
	if v := rm.show.view; v == nil || v.version != rm.state.Public() {
		rm.show.view = &BaseEdition{View: rm.state.Base(""), version: rm.state.Public()}
	}
	return rm.show.view
}
