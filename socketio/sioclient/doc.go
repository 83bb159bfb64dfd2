// Package sioclient is a Socket.IO client: protocol version 5 over Engine.IO 4, for
// services, tools and tests. It speaks to servers of package socketio and to those in
// JavaScript since Socket.IO 3.
//
//	Client ───────── one connection to a server, opened again when it is lost;
//	 │               Options, Close
//	 ├─ Socket ───── the client in a namespace: On, Connect, Emit, Call
//	 └─ Socket ───── in another, over the same connection
//
// Events are the typed constants of package socketio, the same on both sides:
//
//	const (
//		Vote  socketio.Call[Ballot, Receipt] = "vote"
//		Tally socketio.Event[Result]         = "tally"
//	)
//
//	c, err := sioclient.New("https://example.com", nil)
//	…
//	defer c.Close(ctx)
//	polls := c.Of("/polls")
//	Tally.Receive(polls, func(ctx context.Context, r Result) error { … })
//	if err := polls.Connect(ctx); err != nil { … }
//	receipt, err := Vote.Do(ctx, polls, ballot)
//
// [socketio.Event.Receive] and [socketio.Call.Receive] handle what the server emits,
// [socketio.Event.Emit] and [socketio.Call.Do] send. A call ends with its context, or after
// Options.CallTimeout if that has no deadline.
//
// # The connection
//
// By default it begins with long-polling and upgrades to WebSocket; Options.DialStream
// adds WebTransport. When it is lost, or the server is silent for longer than it promised, sockets are
// disconnected with a [Reason], and the client connects again: after 1 s, then 2 s,
// 4 s, 5 s, each more or less by up to a half at random but never above 5 s, for
// ever. In the meantime Emit keeps events, up to 4 MiB, unless they are volatile.
// Pending calls fail, since the server may or may not have handled them.
//
// If an event must arrive, call in a loop until there is an answer, with an id in
// the argument by which the server recognizes a repetition.
//
// If the server has recovery on, a socket that reconnects keeps its id and rooms,
// and gets the events that it missed.
//
// # What it costs
//
// An idle client costs one goroutine. Over WebSocket that is about 11 KiB, of which
// 8 are the goroutine's stack, so that a process can have thousands.
package sioclient
