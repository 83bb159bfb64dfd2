// Package redisstreams joins servers of package socketio over Redis streams, with each other and
// with JavaScript servers that use npm's @socket.io/redis-streams-adapter 0.3.
//
//	client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:6379"})
//	io, err := socketio.NewServer(&socketio.Options{
//		Adapter:  redisstreams.New(client, nil),
//		Recovery: new(socketio.Recovery),
//	})
//
// The stream is a log: with Recovery, clients recover on any server, from a JavaScript
// server to one of this package and back. A server that is cut off from Redis reads what it
// missed when it is back. Redis 6.2 is enough; with 7.0, clients that have not received an
// event yet recover, too.
//
// # Names
//
// STREAM, CHANNEL and SESSION are options, NSP is a namespace:
//
//	STREAM, STREAM-N      events, and what moves or ends sockets: fields uid, nsp, type and
//	                      data, which is JSON, or MessagePack in base64 if it has bytes
//	CHANNEL#NSP#          requests and volatile events, as MessagePack
//	CHANNEL#NSP#UID#      answers to the server UID, as MessagePack
//	SESSION + PID         a session, as MessagePack in base64
//	{SESSION + PID}:turn  its Turn; without these braces if SESSION has a part in braces
//
// With StreamCount, the N of a namespace is the remainder of its hash.
// A JavaScript server makes up its UID; that of a server of this package is "go." and its
// name. What servers of this package say beyond that protocol is in fields that JavaScript
// servers ignore.
//
// # What the JavaScript protocol cannot express
//
//   - [socketio.MissingServersError] names a JavaScript server as "#" and its UID, and the answer
//     to a call has neither the id of the socket nor the name of the server.
//   - An acknowledgement has one value: others reach only servers of this package.
//   - That a client was disconnected before it answered: the call waits for its timeout.
//   - Breaking connections without a packet: JavaScript servers close them.
//   - Cancelling a request.
//   - An event for one socket alone: at JavaScript servers it is for the room of its id.
//   - With StreamCount: JavaScript servers write events of a namespace whose hash is negative, such as
//     "/dashboard", to a stream that no server reads. Those of servers of this package reach all.
//   - A JavaScript server that is killed has saved no session, and recovers only clients that
//     have got an event. Sessions from there do not say when a socket joined its rooms, so that
//     its client may get older events of theirs.
package redisstreams
