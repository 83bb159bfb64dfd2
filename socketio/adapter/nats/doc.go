// Package natsadapter joins the servers of package socketio to a cluster over core NATS.
//
//	conn, err := nats.Connect("nats://127.0.0.1:4222", nats.MaxReconnects(-1), nats.IgnoreAuthErrorAbort())
//	io, err := socketio.NewServer(&socketio.Options{Adapter: natsadapter.New(conn, nil)})
//
// Without the two options NATS's client gives up, and the server is alone from then on: after
// some attempts to connect again, or when it is refused twice, as while a password is being
// changed.
//
// Messages are not stored: what a server misses while it is cut off from NATS, its clients
// miss, as [socketio.Adapter] says. With Options.Log events are in a stream of JetStream, from
// which a server reads what it has missed, and with [socketio.Recovery] clients recover on any
// server. A message must fit into max_payload of the NATS servers,
// 1 MiB unless configured.
//
// # Subjects
//
// FROM and TO are names of servers, PREFIX is Options.Prefix:
//
//	PREFIX.all.FROM      a message for all servers
//	PREFIX.to.TO.FROM    a message for one; without data, a greeting that answers a hello
//	PREFIX.here.FROM     a sign of life; with data, "hello" or "bye"
//	PREFIX.log           a message of the log
//
// The log is the stream PREFIX, sessions are in the bucket PREFIX_sessions, both with "_" in
// place of ".".
//
// The user of a server must be allowed to publish and to subscribe below PREFIX; with
// Options.Log also below $JS.API, _INBOX and $KV.
package natsadapter
