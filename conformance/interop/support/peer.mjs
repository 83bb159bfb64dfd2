// The reference server from npm with something of each feature that ../../client asks for; prints its
// address when it listens, then the one of a TCP server whose connections stand for sessions of WebTransport,
// each with its stream. The argument "msgpack" chooses that parser.
import { createServer } from "node:http";
import { createServer as createStreamServer } from "node:net";
import { Duplex } from "node:stream";
import { Server } from "socket.io";
import * as msgpack from "socket.io-msgpack-parser";

const http = createServer();
const io = new Server(http, {
	connectionStateRecovery: {},
	maxHttpBufferSize: 100_000,
	transports: ["polling", "websocket", "webtransport"],
	...(process.argv[2] === "msgpack" && { parser: msgpack }),
});

for (const namespace of ["/", "/custom"]) {
	io.of(namespace).on("connection", (socket) => {
		if (!socket.recovered) socket.emit("auth", socket.handshake.auth);
		socket.on("echo", (...args) => {
			const ack = typeof args.at(-1) === "function" ? args.pop() : undefined;
			if (ack) ack(...args);
			else socket.emit("echo", ...args);
		});
		socket.on("connection", (ack) => ack(socket.conn.id));
		socket.on("ask", (question) => {
			socket.emit("ask", question, (...answer) => socket.emit("answered", ...answer));
		});
		socket.on("break", () => {
			socket.once("disconnect", () => {
				socket.nsp.emit("missed", 1);
				socket.nsp.emit("missed", Buffer.from([2]));
			});
			setTimeout(() => socket.conn.close(), 10);
		});
		socket.on("leave", (everything) => socket.disconnect(everything));
	});
}
io.of("/no").use((_socket, next) => {
	next(Object.assign(new Error("FORBIDDEN"), { data: { code: 7 } }));
});

/** What the engine asks of a session of WebTransport, over a TCP connection. */
const session = (socket) => ({
	incomingBidirectionalStreams: ReadableStream.from([Duplex.toWeb(socket)]),
	closed: new Promise((resolve) => socket.once("close", resolve)),
	close: () => socket.destroy(), // like WebTransport, it discards what is under way
});
const streams = createStreamServer((socket) => {
	socket.on("error", () => {}); // the client may be gone
	io.engine.onWebTransportSession(session(socket));
});

streams.listen(0, "127.0.0.1", () => {
	http.listen(0, "127.0.0.1", () => {
		console.log(`listening on 127.0.0.1:${http.address().port}, 127.0.0.1:${streams.address().port}`);
	});
});
