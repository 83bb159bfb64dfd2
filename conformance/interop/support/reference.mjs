// The reference server from npm, as the socketio-v5 suite expects it; prints its address when it listens.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, {
	pingInterval: 300,
	pingTimeout: 200,
	maxHttpBufferSize: 1_000_000,
	connectTimeout: 1000,
	cors: { origin: "*" },
});

for (const namespace of ["/", "/custom"]) {
	io.of(namespace).on("connection", (socket) => {
		socket.emit("auth", socket.handshake.auth);
	});
}
io.on("connection", (socket) => {
	socket.on("message", (...args) => socket.emit("message-back", ...args));
	socket.on("message-with-ack", (...args) => args.pop()(...args));
});

http.listen(0, "127.0.0.1", () => console.log(`listening on 127.0.0.1:${http.address().port}`));
