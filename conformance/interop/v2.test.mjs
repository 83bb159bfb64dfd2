// A client of Socket.IO 2, which speaks Engine.IO 3, where the server admits it.
import assert from "node:assert/strict";
import { test } from "node:test";
import io from "socket.io-client-v2";
import { startServer } from "./support/server.mjs";
import { ask, next, upgraded } from "./support/wait.mjs";

for (const transports of [["polling"], ["websocket"], ["polling", "websocket"]]) {
	test(`a client of Socket.IO 2 over ${transports.join(", then ")}`, async (t) => {
		const server = await startServer(t, "socketio-v2");
		const connect = (namespace) => {
			const socket = io(server.url + namespace, { transports, forceNew: true });
			t.after(() => socket.close());
			return socket;
		};
		const socket = connect("/");
		await next(socket, "connect");
		await upgraded(socket.io.engine, transports);

		const echo = (value) => new Promise((answer) => socket.emit("echo", value, answer));
		for (const value of [1, "zwei", "\u{1f600} é", { three: [3] }])
			assert.deepEqual(await echo(value), value);
		const [bytes] = await ask(socket, "doge", [], "doge");
		assert.deepEqual(Buffer.from(bytes), Buffer.from("asdfasdf"));
		await ask(
			socket,
			"jsonbuff",
			[{ hello: "lol", message: Buffer.from("x"), goodbye: "gotcha" }],
			"jsonbuff-ack",
		);
		socket.on("ack", (answer) => answer(5, { test: true }));
		await ask(socket, "ack", [], "got it");

		const foo = connect("/foo");
		await next(foo, "connect");
		assert.equal(typeof (await new Promise((answer) => foo.emit("getId", answer))), "string");

		const [error] = await next(connect("/no"), "error");
		assert.equal(error, "Auth failed (custom namespace)");
	});
}

test("a client of Socket.IO 2 is refused where it is not admitted", async (t) => {
	const server = await startServer(t, "socketio-v5");
	const socket = io(server.url, { transports: ["polling"], forceNew: true, reconnection: false });
	t.after(() => socket.close());
	await next(socket, "connect_error");
});
