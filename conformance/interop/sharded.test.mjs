// A Go server and a JavaScript server in one cluster over the sharded channels of Redis: of a single
// server, in each mode, and of a cluster.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { createShardedAdapter } from "@socket.io/redis-adapter";
import { cluster, single, startClient, startGo, startJS, until } from "./support/cluster.mjs";
import { next } from "./support/wait.mjs";

const BYTES = Buffer.from([0, 255]);

for (const [name, mode, startBroker] of [
	["static", "static", single],
	["dynamic", "dynamic", single],
	["dynamic-private", "dynamic-private", single],
	["dynamic, on a cluster", "dynamic", cluster],
	["dynamic-private, on a cluster", "dynamic-private", cluster],
])
	suite(name, () => {
		const closing = [];
		let js; // the JavaScript server
		let go; // has the Go server do something
		let a; // the client of the JavaScript server
		let b; // the client of the Go server
		const got = []; // what came to the clients

		/** What comes to the clients: as many as are wanted, and no more before the end. */
		async function received(n) {
			await until(() => got.length >= n);
			const ends = Promise.all([next(a, "end"), next(b, "end")]);
			js.emit("end");
			await ends;
			return got.splice(0).sort();
		}
		const inRoom = (room, n) => until(async () => (await js.in(room).fetchSockets()).length === n);

		before(async () => {
			const { redis, broker } = await startBroker(closing);
			const sub = redis.duplicate([], { shardedSubscribers: true });
			const leave = sub.sunsubscribe.bind(sub);
			const left = []; // for which the adapter does not wait
			sub.sunsubscribe = (channel) => left.push(leave(channel));
			closing.push(async () => {
				await Promise.all(left);
				for (const client of [redis, sub]) client.disconnect();
			});
			if (redis.isCluster) await next(sub, "ready");
			const adapter = createShardedAdapter(redis, sub, { subscriptionMode: mode });
			let url;
			({ js, url } = await startJS(closing, { adapter }));
			const server = await startGo(closing, "conformance-redis", "sharded", mode, broker);
			go = server.run;
			await until(async () => (await js.of("/").adapter.serverCount()) === 2);
			a = await startClient(closing, url, "a", got);
			b = await startClient(closing, server.url, "b", got);
		});

		after(async () => {
			for (const close of closing.reverse()) await close();
		});

		test("JavaScript broadcasts", async () => {
			js.emit("x", "é<", BYTES);
			assert.deepEqual(await received(2), [
				["a", "é<", BYTES],
				["b", "é<", BYTES],
			]);
			js.to(b.id).emit("x");
			assert.deepEqual(await received(1), [["b"]]);
			js.except(b.id).emit("x");
			assert.deepEqual(await received(1), [["a"]]);
			js.volatile.compress(false).emit("x");
			assert.deepEqual(await received(2), [["a"], ["b"]]);
		});

		test("Go broadcasts", async () => {
			await go("emit");
			assert.deepEqual(await received(2), [
				["a", "é<", BYTES],
				["b", "é<", BYTES],
			]);
			await go(`to ${a.id}`);
			assert.deepEqual(await received(1), [["a"]]);
			await go(`except ${a.id}`);
			assert.deepEqual(await received(1), [["b"]]);
		});

		test("rooms of both", async () => {
			await go("join room");
			await inRoom("room", 2);
			await go("to room");
			assert.deepEqual(await received(2), [["a"], ["b"]]);
			js.to("room").emit("x", BYTES);
			assert.deepEqual(await received(2), [
				["a", BYTES],
				["b", BYTES],
			]);
			js.in(b.id).socketsLeave("room");
			await inRoom("room", 1);
			await go("to room");
			assert.deepEqual(await received(1), [["a"]]);
		});

		test("clients of both answer", async () => {
			assert.deepEqual((await js.timeout(2000).emitWithAck("ask", "?")).sort(), ["a", "b"]);
			assert.deepEqual((await go("call")).sort(), ["a", "b"]);
		});

		test("both fetch", async () => {
			const ids = [a.id, b.id].sort();
			assert.deepEqual((await js.fetchSockets()).map((s) => s.id).sort(), ids);
			assert.deepEqual((await go("fetch")).map((s) => s.ID).sort(), ids);
		});

		test("events between servers", async () => {
			const noted = next(b, "noted");
			js.serverSideEmit("note", "it");
			assert.deepEqual(await noted, ["it"]);
			assert.deepEqual(await js.serverSideEmitWithAck("name", "?"), ["go"]);
			const hello = next(js, "hello");
			await go("event");
			assert.deepEqual(await hello, ["there"]);
			js.on("hello", (_, answer) => answer("js"));
			assert.deepEqual(await go("servers"), ["js"]);
		});

		test("disconnecting", async () => {
			const endOfB = next(b, "disconnect");
			js.in(b.id).disconnectSockets(true);
			assert.equal((await endOfB)[0], "io server disconnect");
			const endOfA = next(a, "disconnect");
			await go("disconnect");
			assert.equal((await endOfA)[0], "io server disconnect");
		});
	});
