// Package redisadapter joins servers of package socketio over Redis, with each other and with
// JavaScript servers that use createAdapter or createShardedAdapter of npm's
// @socket.io/redis-adapter 8.3.
//
//	client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:6379"})
//	io, err := socketio.NewServer(&socketio.Options{Adapter: redisadapter.New(client, nil)})
//
// With [NewSharded] instead of [New], and a client of a cluster, the nodes of that cluster share
// the work. The two do not mix: all servers have to use the same one.
//
// An [Emitter] reaches the clients of all these servers from a program that is not one of
// them. So does npm's @socket.io/redis-emitter.
//
// Messages are not stored: what a server misses while it is cut off from Redis, its clients
// miss, as [socketio.Adapter] says.
//
// # Channels
//
// For each namespace NSP, with Options.Key as KEY:
//
//	KEY#NSP#               broadcasts, as MessagePack
//	KEY#NSP#ROOM#          broadcasts to one room
//	KEY-request#NSP#       requests, as JSON, or as MessagePack with a packet inside
//	KEY-response#NSP#      answers of JavaScript servers
//	KEY-response#NSP#UID#  answers of servers of this package
//
// The sharded adapter has shard channels, with ShardedOptions.ChannelPrefix as PREFIX:
//
//	PREFIX#NSP#       everything but what follows, as JSON, or as MessagePack with bytes inside
//	PREFIX#NSP#ROOM#  broadcasts to one room, if the SubscriptionMode gives it a channel
//	PREFIX#NSP#UID#   answers
//	{PREFIX#NSP#}-server#PREFIX#NSP#NAME  nothing: its subscriber is a server of this package
//
// A JavaScript server makes up its UID; that of a server of this package is "go." and its
// name. What servers of this package say beyond that protocol is in fields of its objects
// that JavaScript servers ignore.
//
// # What the JavaScript protocol cannot express
//
//   - A JavaScript server does not sign its answers. [socketio.MissingServersError] names it
//     as "#" and its UID, and the answer to a call has neither the id of the socket nor the name
//     of the server.
//   - An acknowledgement has one value: others reach only servers of this package.
//   - That a client was disconnected before it answered: the call waits for its timeout.
//   - Breaking connections without a packet: JavaScript servers close them.
//   - Cancelling a request.
//   - In descriptions of sockets, the port of an address.
//   - Requests of versions before 4 of Socket.IO (by the id of one socket) are not answered.
package redisadapter
