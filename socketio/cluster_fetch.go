package socketio

import "context"

// Fetch describes the sockets, on all servers of the cluster. If some servers do
// not answer before ctx is done, or within Options.CallTimeout if it has no
// deadline, it returns the sockets of the others and a [*MissingServersError].
func (t Target) Fetch(ctx context.Context) ([]SocketInfo, error) {
	if t.isNobody() {
		return nil, nil
	}
	if t.ns.matches != nil {
		return nil, ErrParent
	}
	infos, err := t.describe()
	c := t.ns.srv.cluster
	if err != nil || !c.reaches(t) {
		return infos, err
	}
	ctx, cancel := t.ns.srv.withTimeout(ctx)
	defer cancel()
	r, err := c.ask(ctx, t.message(MessageFetch))
	if err != nil {
		return infos, err
	}
	defer r.stop()
	var lost error
	for m, err := range r.all(ctx) {
		if err != nil {
			lost = err
			continue
		}
		infos = append(infos, m.Sockets...)
	}
	return infos, lost
}
