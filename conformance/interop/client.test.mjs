// The real socket.io-client, over each transport, with each of its features.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { io, Manager } from "socket.io-client";
import msgpack from "socket.io-msgpack-parser";
import { startServer } from "./support/server.mjs";
import { ask, next, upgraded } from "./support/wait.mjs";

const transports = {
	websocket: { transports: ["websocket"] },
	polling: { transports: ["polling"], upgrade: false },
	"polling, then websocket": { transports: ["polling", "websocket"] },
	"websocket, tried first": { transports: ["websocket", "polling"], tryAllTransports: true },
	"websocket, as MessagePack": { transports: ["websocket"], parser: msgpack },
	"polling, as MessagePack": { transports: ["polling"], upgrade: false, parser: msgpack },
};

for (const [name, transport] of Object.entries(transports)) {
	const suite = transport.parser ? "socketio-packed" : "socketio-client";
	describe(`over ${name}`, () => {
		let server;
		const ends = [];
		before(async () => {
			server = await startServer({ after: (f) => ends.push(f) }, suite);
		});
		after(() => Promise.all(ends.map((f) => f())));

		/** A connected socket that ends with the test. */
		async function connect(t, namespace = "/", options = {}) {
			const socket = io(server.url + namespace, { forceNew: true, ...transport, ...options });
			t.after(() => socket.disconnect());
			await next(socket, "connect");
			return socket;
		}

		test("connects, with an id that is not the engine's", async (t) => {
			const socket = await connect(t);
			assert.match(socket.id, /^\S{20,}$/);
			assert.notEqual(socket.id, socket.io.engine.id);
			if (name.includes("then")) {
				await upgraded(socket.io.engine, ["websocket"]);
				assert.equal(socket.io.engine.transport.name, "websocket");
			}
		});

		test("events, with any arguments, in order", async (t) => {
			const socket = await connect(t);
			await ask(socket, "hi", [], "hi");
			const [value] = await ask(socket, "false", [], "false"); // recovery adds an offset
			assert.equal(value, false);
			const texts = [];
			const five = new Promise((done) => {
				socket.on("takeUtf8", (text) => texts.push(text) === 5 && done());
			});
			socket.emit("getUtf8");
			await five;
			assert.deepEqual(texts, ["てすと", "Я Б Г Д Ж Й", "Ä ä Ü ü ß", "utf8 — string", "utf8 — string"]);
			const [date] = await ask(socket, "getDate", [], "takeDate");
			assert.ok(Math.abs(Date.parse(date) - Date.now()) < 60_000);
			const [object] = await ask(socket, "getDateObj", [], "takeDateObj");
			assert.ok(Math.abs(Date.parse(object.date) - Date.now()) < 60_000);
		});

		test("acknowledgements, both ways", async (t) => {
			const socket = await connect(t);
			for (const value of [1, "two", null, true, { three: [3] }, "\u2028 \u{1f600}", "", [[]]]) {
				assert.deepEqual(await socket.emitWithAck("echo", value), value);
			}
			socket.on("ack", (answer) => answer(5, { test: true }));
			await ask(socket, "ack", [], "got it");
			assert.equal(await socket.emitWithAck("getId"), socket.id);
			assert.ok(Date.parse(await socket.emitWithAck("getAckDate", { test: true })));
		});

		test("an acknowledgement that does not come times out", async (t) => {
			const socket = await connect(t, "/timeout_socket");
			await assert.rejects(socket.timeout(50).emitWithAck("nobody handles this"), {
				message: "operation has timed out",
			});
		});

		test("binary, both ways, at any depth", async (t) => {
			const socket = await connect(t);
			const [bytes] = await ask(socket, "doge", [], "doge");
			assert.deepEqual(Buffer.from(bytes), Buffer.from("asdfasdf"));
			const [bin] = await ask(socket, "getbin", [], "takebin");
			assert.deepEqual(Buffer.from(bin), Buffer.from("asdfasdf"));
			const sent = Buffer.from("xxxxxxx", "utf8");
			await ask(socket, "buffa", [sent], "buffack");
			await ask(socket, "jsonbuff", [{ hello: "lol", message: sent, goodbye: "gotcha" }], "jsonbuff-ack");
			socket.emit("abuff1", sent);
			await ask(socket, "abuff2", ["please arrive second"], "abuff2-ack");
			await ask(socket, "blob", [sent], "back"); // browsers send a Blob as bytes
			await ask(socket, "jsonblob", [{ hello: "lol", message: sent, goodbye: "gotcha" }], "jsonblob-ack");
			socket.emit("blob1", sent);
			socket.emit("blob2", "second");
			await ask(socket, "blob3", [sent], "blob3-ack");
			const deep = { list: [{ a: sent }, [sent]], text: "plain" };
			const back = await socket.emitWithAck("echo", deep);
			assert.deepEqual(Buffer.from(back.list[0].a), sent);
			assert.deepEqual(Buffer.from(back.list[1][0]), sent);
			assert.equal(back.text, "plain");
			const big = Buffer.alloc(300_000, 7);
			assert.deepEqual(Buffer.from(await socket.emitWithAck("echo", big)), big);
		});

		test("namespaces share one connection", async (t) => {
			const manager = new Manager(server.url, transport);
			const [main, foo, abc] = ["/", "/foo", "/abc"].map((n) => manager.socket(n));
			t.after(() => {
				for (const s of [main, foo, abc]) s.disconnect();
			});
			await Promise.all([main, foo, abc].map((s) => next(s, "connect")));
			assert.notEqual(main.id, foo.id);
			assert.equal(await foo.emitWithAck("getId"), foo.id);
			foo.disconnect();
			assert.equal(await main.emitWithAck("getId"), main.id, "the others go on");
			foo.connect();
			await next(foo, "connect");
			assert.equal(await foo.emitWithAck("getId"), foo.id);
		});

		test("query and auth reach the handshake", async (t) => {
			const socket = await connect(t, "/", {
				query: { key1: "=", key2: "?a=b", key3: "&" },
				auth: { token: "t" },
			});
			const handshake = await socket.emitWithAck("getHandshake");
			assert.equal(handshake.query.key1, "=");
			assert.equal(handshake.query.key2, "?a=b");
			assert.equal(handshake.query.key3, "&");
			assert.deepEqual(handshake.auth, { token: "t" });
			const abc = io(`${server.url}/abc`, { forceNew: true, ...transport, auth: (give) => give({ a: "b" }) });
			t.after(() => abc.disconnect());
			const [shown] = await next(abc, "handshake");
			assert.deepEqual(shown.auth, { a: "b" });
		});

		test("middleware refuses a namespace and leaves the others alone", async (t) => {
			const refused = io(`${server.url}/no`, { forceNew: true, ...transport });
			t.after(() => refused.disconnect());
			const [error] = await next(refused, "connect_error");
			assert.equal(error.message, "Auth failed (custom namespace)");
			const main = refused.io.socket("/");
			await next(main, "connect");
			main.disconnect();

			const withData = io(`${server.url}/with-data`, { forceNew: true, ...transport });
			t.after(() => withData.disconnect());
			const [dataError] = await next(withData, "connect_error");
			assert.equal(dataError.message, "Auth failed (with data)");
			assert.deepEqual(dataError.data, { code: 401, details: "Invalid token" });

			const failing = io(server.url, { forceNew: true, ...transport, query: { fail: true } });
			t.after(() => failing.disconnect());
			const [mainError] = await next(failing, "connect_error");
			assert.equal(mainError.message, "Auth failed (main namespace)");

			const unknown = io(`${server.url}/unknown`, { forceNew: true, ...transport });
			t.after(() => unknown.disconnect());
			const [unknownError] = await next(unknown, "connect_error");
			assert.equal(unknownError.message, "Invalid namespace");
		});

		test("a lost connection is recovered, with what was missed", async (t) => {
			const socket = await connect(t, "/", { reconnectionDelay: 10 });
			await ask(socket, "hi", [], "hi"); // an event, so that there is an offset
			const { id } = socket;
			const reconnected = next(socket, "connect");
			socket.io.engine.close();
			await reconnected;
			assert.equal(socket.recovered, true);
			assert.equal(socket.id, id);
		});

		test("a connection is recovered more than once", async (t) => {
			const socket = await connect(t, "/", { reconnectionDelay: 10 });
			await ask(socket, "hi", [], "hi");
			const { id } = socket;
			for (let i = 0; i < 3; i++) {
				const reconnected = next(socket, "connect");
				socket.io.engine.close();
				await reconnected;
				assert.equal(socket.recovered, true);
				assert.equal(await socket.emitWithAck("getId"), id);
			}
		});

		test("retries deliver once, in order", async (t) => {
			const socket = await connect(t, "/", { retries: 3, ackTimeout: 2_000 });
			const answers = await Promise.all([1, 2, 3].map((n) => socket.emitWithAck("echo", n)));
			assert.deepEqual(answers, [1, 2, 3]);
		});

		test("retries deliver what was emitted while the connection was lost", async (t) => {
			const socket = await connect(t, "/", { retries: 3, ackTimeout: 2_000, reconnectionDelay: 10 });
			socket.io.engine.close();
			const answers = await Promise.all([1, 2, 3].map((n) => socket.emitWithAck("echo", n)));
			assert.deepEqual(answers, [1, 2, 3]);
		});

		test("reconnects to a server that comes back", async (t) => {
			const own = await startServer(t, suite);
			const socket = io(own.url, {
				forceNew: true,
				...transport,
				reconnectionDelay: 10,
				reconnectionDelayMax: 50,
			});
			t.after(() => socket.disconnect());
			await next(socket, "connect");
			const gone = next(socket, "disconnect");
			const back = next(socket, "connect");
			await own.stop("SIGTERM");
			const [reason] = await gone;
			assert.ok(["transport close", "transport error", "io server disconnect"].includes(reason), reason);
			if (reason === "io server disconnect") socket.connect();
			await startServer(t, suite, { addr: own.address });
			await back;
			assert.equal(await socket.emitWithAck("getId"), socket.id);
		});

		test("volatile events and compression flags are harmless", async (t) => {
			const socket = await connect(t);
			socket.volatile.emit("hi");
			socket.compress(false).emit("hi");
			assert.equal(await socket.emitWithAck("echo", "x"), "x");
		});
	});
}

test("retries end without an acknowledgement, and the next event has its turn", async (t) => {
	const server = await startServer(t, "socketio-client");
	const socket = io(server.url, { forceNew: true, retries: 1, ackTimeout: 1_000 });
	t.after(() => socket.disconnect());
	const unheard = socket.emitWithAck("nobody handles this");
	const heard = socket.emitWithAck("echo", "next");
	await assert.rejects(unheard, { message: "operation has timed out" });
	assert.equal(await heard, "next");
});
