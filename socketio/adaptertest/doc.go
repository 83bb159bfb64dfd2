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
// The suite checks what [socketio.Adapter] promises, message by message, and then
// what servers that are joined by it do for their clients: broadcasts, calls,
// fetching and moving sockets, events between servers; with a server that is slow, one
// that is dead, and messages that arrive in the wrong order.
//
// [Hub] joins servers of one process. A [Link] stands between a server and any
// adapter, and can be made to fail.
package adaptertest
