// Package adaptertest is a conformance suite for implementations of
// [socketio.Adapter], and a cluster in memory for tests of programs that use one.
//
//	func TestAdapter(t *testing.T) {
//		adaptertest.Run(t, func(t *testing.T) func() socketio.Adapter {
//			subject := rand.Text() // of a cluster that nobody else is in
//			return func() socketio.Adapter { return broker.NewAdapter(address, subject) }
//		})
//	}
//
// The suite first checks the promises of [socketio.Adapter], message by message. It
// then joins servers with the adapter and checks them through their clients:
// broadcasts, calls, fetching and moving sockets, and events between servers, also
// with a slow server, a dead one, and messages in the wrong order.
//
// [Hub] joins servers of one process. A [Link] wraps any adapter and can be made to
// fail.
package adaptertest
