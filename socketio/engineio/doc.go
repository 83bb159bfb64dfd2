// Package engineio is a server for Engine.IO, the transport under Socket.IO:
// sessions of messages, text and binary, in order and in both directions, over
// WebSocket, over HTTP long-polling, or over polling that is upgraded to
// WebSocket. It speaks revision 4 of the protocol and, if asked to, 3
// (https://github.com/socketio/engine.io-protocol).
//
//	              accept(*Session) Handler
//	                        │ 1 a session
//	http.Server ──▶ Server ─┴─▶ Session ──▶ Handler      HandleMessage, HandleClose
//	                              ▲  │
//	       Send, Close, … ────────┘  └─▶ queue ──▶ transport
//	                                               polling: a GET that waits takes it
//	                                               WebSocket: a flusher writes it
//
// # Sending
//
// [Session.Send] never writes and never blocks. It puts messages, which are encoded
// once for all receivers, on the session's queue and marks the session. A few
// flushers, one for every two processors, write everything that has gathered for a
// session in one system call: at once on an idle server, in larger batches on a
// busy one. A client that does not read stalls only itself; its queue is bounded by
// Options.MaxQueue in bytes, and by Options.PingTimeout in time.
//
// # Receiving
//
// A WebSocket session has one goroutine, which parses frames in pooled memory and
// calls the session's [Handler]. While its client has nothing to say but pongs, a
// connection without TLS has none on Linux, where one epoll instance waits for all of
// them; elsewhere, and behind TLS, the goroutine waits. A polling session has none
// between requests.
//
// A poll waits in its HTTP handler for a quarter of a second. After that its connection
// is taken from net/http, which would keep two goroutines and 8 KiB of buffers for it, and
// is returned to the same [http.Server] with the answer, so that the next request
// passes through all middleware again. Functions in front of the server see the handler
// return before the response is written, and http.Server.ConnState sees the
// connection hijacked and then new. Polls stay in net/http over TLS and HTTP/2, and
// where middleware has wrapped the response writer.
//
// # Ending
//
// A session ends once, with a [Reason], which the last call of its handler reports.
// [Session.Close] lets what is queued leave; [Server.Shutdown] does that for all,
// spread over a window so that they do not all come back at once. Neither waits long
// for a client that is gone.
//
// # Safety
//
// All that a client can make the server keep is bounded: messages, requests and
// queues in bytes, packets and fragments in number, and everything in time.
// Pages of other origins cannot connect unless Options.OriginPatterns names them,
// over any transport.
package engineio
