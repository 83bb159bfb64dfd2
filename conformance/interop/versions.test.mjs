// The published clients from Socket.IO 2.5 to 4.7; the latest is played in full by client.test.mjs.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startServer } from "./support/server.mjs";
import { ask, call, next, upgraded } from "./support/wait.mjs";

const VERSIONS = ["2", "3.0", "3.1", "4.0", "4.1", "4.2", "4.3", "4.4", "4.5", "4.6", "4.7"];
const TRANSPORTS = [["polling"], ["websocket"], ["polling", "websocket"]];

for (const version of VERSIONS) {
	// Version 2 speaks Engine.IO 3, and gets a refusal as an event of its own.
	const old = version === "2";
	const refusal = async (socket) => {
		const [error] = await next(socket, old ? "error" : "connect_error");
		return old ? error : error.message;
	};
	describe(`socket.io-client ${version}`, () => {
		let io;
		let server;
		const ends = [];
		before(async () => {
			io = (await import(`socket.io-client-v${version}`)).default;
			server = await startServer({ after: (f) => ends.push(f) }, old ? "socketio-v2" : "socketio-client");
		});
		after(() => Promise.all(ends.map((f) => f())));

		for (const transports of TRANSPORTS) {
			test(`over ${transports.join(", then ")}`, async (t) => {
				const connect = (namespace) => {
					const socket = io(server.url + namespace, { transports, forceNew: true });
					t.after(() => socket.close());
					return socket;
				};
				const socket = connect("/");
				await next(socket, "connect");
				await upgraded(socket.io.engine, transports);

				for (const value of [1, "zwei", "\u{1f600} é", { three: [3] }])
					assert.deepEqual(await call(socket, "echo", value), value);
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
				assert.equal(typeof (await call(foo, "getId")), "string");
				assert.equal(await refusal(connect("/no")), "Auth failed (custom namespace)");
			});
		}
	});
}

test("a client of Socket.IO 2 is refused where it is not admitted", async (t) => {
	const { default: io } = await import("socket.io-client-v2");
	const server = await startServer(t, "socketio-v5");
	const socket = io(server.url, { transports: ["polling"], forceNew: true, reconnection: false });
	t.after(() => socket.close());
	await next(socket, "connect_error");
});
