package socketio

import (
	"context"
	"encoding/json"
	"time"
)

// A SocketInfo describes a socket of any server of the cluster. To do something
// with it, use a target: ns.To(info.ID).
type SocketInfo struct {
	ID         string
	Rooms      []string                   // those it has joined
	Data       map[string]json.RawMessage // see Data.Of
	RemoteAddr string                     // of the request that opened its connection
	Connected  time.Time                  // when that was
}

// Fetch describes the sockets, on all servers of the cluster. If some servers do not
// answer before ctx is done, or within 5 s if it has no deadline, it returns what
// the others know, and a [*PeerError].
func (t Target) Fetch(ctx context.Context) ([]SocketInfo, error) {
	if t.ns.matches != nil {
		return nil, ErrParent
	}
	infos, err := t.describe()
	c := t.ns.srv.cluster
	if err != nil || !c.reaches(t) {
		return infos, err
	}
	ctx, cancel := withTimeout(ctx)
	defer cancel()
	r, err := c.ask(ctx, t.order(orderFetch))
	if err != nil {
		return infos, err
	}
	defer r.stop()
	var lost error
	for o, err := range r.all(ctx) {
		if err != nil {
			lost = err
			continue
		}
		infos = append(infos, o.Sockets...)
	}
	return infos, lost
}

// describe describes the sockets on this server.
func (t Target) describe() ([]SocketInfo, error) {
	var infos []SocketInfo
	for s := range t.Sockets() {
		data, err := encodeData(s.allData())
		if err != nil {
			return infos, err
		}
		infos = append(infos, SocketInfo{s.id, s.Rooms(), data, s.handshake.RemoteAddr, s.handshake.Time})
	}
	return infos, nil
}

// withTimeout gives ctx the deadline of requests that have none.
func withTimeout(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, requestTimeout)
}
