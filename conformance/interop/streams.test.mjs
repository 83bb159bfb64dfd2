// Go servers and a JavaScript server in one cluster over Redis streams, and clients that recover
// on another one: with one stream, with several and sharded channels, and on a Redis cluster.
import assert from "node:assert/strict";
import { after, before, beforeEach, suite, test } from "node:test";
import { createAdapter } from "@socket.io/redis-streams-adapter";
import { cluster, single, startClient, startGo, startJS, until } from "./support/cluster.mjs";
import { next } from "./support/wait.mjs";

const BYTES = Buffer.from([0, 255]);

for (const [name, startBroker, options, args, stream] of [
	["one stream", single, {}, [], "socket.io"],
	[
		"three streams and sharded channels",
		single,
		{ streamCount: 3, useShardedPubSub: true },
		["3", "sharded"],
		"socket.io-2",
	],
	["three streams on a cluster", cluster, { streamCount: 3 }, ["3"], "socket.io-2"],
])
	suite(name, () => {
		const closing = [];
		let broker;
		let redis;
		let js; // the JavaScript server, and its URL
		let jsURL;
		let go; // a Go server
		let a; // the client of the JavaScript server
		let b; // the client of the Go server
		const got = []; // what came to the clients, without offsets

		const withoutOffset = ([name, ...args]) => [name, ...args.slice(0, -1)];

		/** What came to the clients until an event reaches both, which `end` emits. */
		async function received(end) {
			const ends = Promise.all([next(a, "end"), next(b, "end")]);
			await end();
			await ends;
			return got.splice(0).map(withoutOffset).sort();
		}
		const fromJS = () => received(() => js.emit("end"));
		const fromGo = () => received(() => go.run("end"));
		const servers = async (n) => until(async () => (await js.of("/").adapter.serverCount()) === n);
		const inRoom = (room, n) => until(async () => (await js.in(room).fetchSockets()).length === n);

		before(async () => {
			({ redis, broker } = await startBroker(closing));
			closing.push(() => redis.quit());
			({ js, url: jsURL } = await startJS(closing, {
				adapter: createAdapter(redis, { blockTimeInMs: 200, ...options }),
				connectionStateRecovery: {},
			}));
			go = await startGo(closing, "conformance-redisstreams", broker, ...args);
			await servers(2);
			a = await startClient(closing, jsURL, "a", got);
			b = await startClient(closing, go.url, "b", got);
			// The JavaScript adapter begins to read a moment after it has said that it is there.
			let seen = false;
			a.once("ready", () => {
				seen = true;
			});
			await until(async () => (await go.run("ready")) && seen);
		});

		after(async () => {
			for (const close of closing.reverse()) await close();
		});

		beforeEach(() => got.splice(0));

		test("JavaScript broadcasts", async () => {
			js.emit("x", "é<", BYTES);
			assert.deepEqual(await fromJS(), [
				["a", "é<", BYTES],
				["b", "é<", BYTES],
			]);
			js.to(b.id).emit("x", 1);
			assert.deepEqual(await fromJS(), [["b", 1]]);
			js.except(b.id).emit("x", 2);
			assert.deepEqual(await fromJS(), [["a", 2]]);
		});

		test("Go broadcasts", async () => {
			await go.run("emit");
			assert.deepEqual(await fromGo(), [
				["a", "é<", BYTES],
				["b", "é<", BYTES],
			]);
			await go.run(`to ${a.id}`);
			assert.deepEqual(await fromGo(), [["a"]]);
			await go.run(`except ${a.id}`);
			assert.deepEqual(await fromGo(), [["b"]]);
		});

		test("clients of both answer", async () => {
			assert.deepEqual((await js.timeout(2000).emitWithAck("ask", "?")).sort(), ["a", "b"]);
			assert.deepEqual((await go.run("call")).sort(), ["a", "b"]);
		});

		test("both fetch, move", async () => {
			assert.deepEqual((await js.fetchSockets()).map((s) => s.id).sort(), [a.id, b.id].sort());
			assert.deepEqual((await go.run("fetch")).map((s) => s.ID).sort(), [a.id, b.id].sort());
			js.socketsJoin("js");
			await inRoom("js", 2);
			js.in(b.id).socketsLeave("js");
			await inRoom("js", 1);
			await go.run("join go");
			await inRoom("go", 2);
			await go.run("leave go");
			await inRoom("go", 0);
		});

		test("events between servers", async () => {
			const noted = next(b, "noted");
			js.serverSideEmit("note", "it");
			assert.equal((await noted)[0], "it");
			assert.deepEqual(await js.serverSideEmitWithAck("name", "?"), ["go"]);
			const hello = next(js, "hello");
			await go.run("event");
			assert.deepEqual(await hello, ["there"]);
			js.on("hello", (_, answer) => answer("js"));
			assert.deepEqual(await go.run("servers"), ["js"]);
		});

		/** Waits until the session of a client has been saved, with these words. */
		async function saved(socket, ...words) {
			await until(async () => {
				const session = await redis.get(`sio:session:${socket._pid}`);
				return session && words.every((word) => Buffer.from(session, "base64").includes(word));
			});
		}

		/** Has a client get an event: a JavaScript server recovers no others. */
		async function offset(socket) {
			const end = next(socket, "end");
			await fromJS();
			await end;
		}

		/** Emits from both servers, from one after the other. */
		async function emitBoth(room, ...args) {
			const length = await redis.xlen(stream);
			js.to(room).emit("x", ...args);
			await until(async () => (await redis.xlen(stream)) === length + 1);
			await go.run(`to ${room}`);
		}

		/** Has a client lose its connection, and come back to another server. */
		async function move(socket, url, meanwhile) {
			const id = socket.id;
			const lost = next(socket, "disconnect");
			socket.io.engine.close();
			await lost;
			await saved(socket); // the JavaScript server does that when it notices
			await meanwhile();
			socket.io.uri = url;
			const connected = next(socket, "connect");
			socket.connect();
			await connected;
			assert.equal(socket.recovered, true);
			assert.equal(socket.id, id);
		}

		test("clients of JavaScript and Go servers recover on the other", async () => {
			const c = await startClient(closing, jsURL, "c", got);
			js.in(c.id).socketsJoin("movers");
			await inRoom("movers", 1);
			await offset(c);
			await move(c, go.url, () => emitBoth("movers", 1, BYTES));
			await until(() => got.length === 2);
			assert.deepEqual(got.splice(0).map(withoutOffset), [["c", 1, BYTES], ["c"]]);
			await move(c, jsURL, () => emitBoth("movers", 2));
			js.to("movers").emit("x", 3);
			await until(() => got.length === 3);
			assert.deepEqual(got.splice(0).map(withoutOffset), [["c", 2], ["c"], ["c", 3]]);
			c.close();
		});

		test("clients of a Go server that is killed recover on Go and JavaScript servers", async () => {
			for (const onGo of [true, false]) {
				const doomed = await startGo(closing, "conformance-redisstreams", broker, ...args);
				const c = await startClient(closing, doomed.url, "c", got);
				js.in(c.id).socketsJoin("orphans");
				await inRoom("orphans", 1);
				await offset(c);
				await saved(c, "orphans");
				const lost = next(c, "disconnect");
				await doomed.kill();
				await lost;
				await emitBoth("orphans", 1);
				c.io.uri = onGo ? go.url : jsURL;
				const connected = next(c, "connect");
				c.connect();
				await connected;
				assert.equal(c.recovered, true);
				await until(() => got.length === 2);
				assert.deepEqual(got.splice(0).map(withoutOffset), [["c", 1], ["c"]]);
				c.close();
			}
		});

		test("disconnecting", async () => {
			const endOfB = next(b, "disconnect");
			js.in(b.id).disconnectSockets(true);
			assert.equal((await endOfB)[0], "io server disconnect");
			const endOfA = next(a, "disconnect");
			await go.run("disconnect");
			assert.equal((await endOfA)[0], "io server disconnect");
		});
	});
