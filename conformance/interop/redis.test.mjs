// A Go server and a JavaScript server in one cluster over Redis, and the JavaScript emitter.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { createAdapter } from "@socket.io/redis-adapter";
import { Emitter } from "@socket.io/redis-emitter";
import { Redis } from "ioredis";
import { goBinary, startClient, startGo, startJS, startRedis, until } from "./support/cluster.mjs";
import { next } from "./support/wait.mjs";

const BYTES = Buffer.from([0, 255]);

const closing = [];
let path; // of Redis's socket
let js; // the JavaScript server
let go; // has the Go server do something
let a; // the client of the JavaScript server
let b; // the client of the Go server
let emitter;
const got = []; // what came to the clients

/** What came to the clients until an event reaches both, which `end` emits. */
async function received(end) {
	const ends = Promise.all([next(a, "end"), next(b, "end")]);
	await end();
	await ends;
	return got.splice(0).sort();
}
const fromJS = () => received(() => js.emit("end"));
const fromGo = () => received(() => go("end"));
const fromEmitter = () => received(() => emitter.emit("end"));
const inRoom = (room, n) => until(async () => (await js.in(room).fetchSockets()).length === n);

before(async () => {
	path = await startRedis(closing);
	const clients = [0, 1, 2].map(() => new Redis({ path }));
	closing.push(() => Promise.all(clients.map((redis) => redis.quit()))); // after what is on its way
	emitter = new Emitter(clients[2]);
	let url;
	({ js, url } = await startJS(closing, { adapter: createAdapter(clients[0], clients[1]) }));
	const server = await startGo(closing, "conformance-redis", path);
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
	assert.deepEqual(await fromJS(), [
		["a", "é<", BYTES],
		["b", "é<", BYTES],
	]);
	js.to(b.id).emit("x");
	assert.deepEqual(await fromJS(), [["b"]]);
	js.except(b.id).emit("x");
	assert.deepEqual(await fromJS(), [["a"]]);
	js.volatile.compress(false).emit("x");
	assert.deepEqual(await fromJS(), [["a"], ["b"]]);
});

test("what JavaScript has beyond JSON", async () => {
	for (const ms of [0, 1700000000123, -1, 253402300800000]) {
		const date = new Date(ms);
		js.emit("x", date, undefined, Infinity);
		assert.deepEqual(await fromJS(), [
			["a", date.toJSON(), null, null],
			["b", date.toJSON(), null, null],
		]);
		emitter.emit("x", [date, BYTES]);
		assert.deepEqual(await fromEmitter(), [
			["a", [date.toJSON(), BYTES]],
			["b", [date.toJSON(), BYTES]],
		]);
	}
});

test("a room that is none is nobody", async () => {
	for (const room of [undefined, null, true, {}]) {
		js.to(room).emit("x");
		js.in(room).socketsJoin("strays");
		emitter.to(room).emit("x", BYTES);
		assert.deepEqual(await fromEmitter(), []);
		await inRoom("strays", 0);
	}
});

test("Go broadcasts", async () => {
	await go("emit");
	assert.deepEqual(await fromGo(), [
		["a", "é<", BYTES],
		["b", "é<", BYTES],
	]);
	await go(`to ${a.id}`);
	assert.deepEqual(await fromGo(), [["a"]]);
	await go(`except ${a.id}`);
	assert.deepEqual(await fromGo(), [["b"]]);
});

test("clients of both answer", async () => {
	assert.deepEqual((await js.timeout(2000).emitWithAck("ask", "?")).sort(), ["a", "b"]);
	assert.deepEqual((await go("call")).sort(), ["a", "b"]);
});

test("JavaScript fetches, moves", async () => {
	const sockets = await js.fetchSockets();
	assert.deepEqual(sockets.map((s) => s.id).sort(), [a.id, b.id].sort());
	for (const socket of sockets) {
		assert.deepEqual([...socket.rooms], [socket.id]);
		assert.equal(socket.handshake.address, "127.0.0.1");
		assert.equal(socket.handshake.query.EIO, "4");
	}
	js.socketsJoin("js");
	await inRoom("js", 2);
	js.in(b.id).socketsLeave("js");
	await inRoom("js", 1);
});

test("JavaScript lists the rooms of all", async () => {
	js.in(b.id).socketsJoin("at Go's");
	await inRoom("at Go's", 1);
	const rooms = await js.of("/").adapter.allRooms();
	for (const room of ["at Go's", a.id, b.id])
		assert.ok(rooms.has(room), `${room} is not among ${[...rooms]}`);
	js.in(b.id).socketsLeave("at Go's");
	await inRoom("at Go's", 0);
	assert.equal((await js.of("/elsewhere").adapter.allRooms()).size, 0);
});

test("Go fetches, moves", async () => {
	const sockets = await go("fetch");
	assert.deepEqual(sockets.map((s) => s.ID).sort(), [a.id, b.id].sort());
	await go("join go");
	await inRoom("go", 2);
	await go("leave go");
	await inRoom("go", 0);
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

test("the emitter", async () => {
	emitter.emit("x", BYTES);
	assert.deepEqual(await fromEmitter(), [
		["a", BYTES],
		["b", BYTES],
	]);
	emitter.in(b.id).socketsJoin("emitter");
	await inRoom("emitter", 1);
	emitter.to("emitter").emit("x");
	assert.deepEqual(await fromEmitter(), [["b"]]);
	const noted = next(b, "noted");
	emitter.serverSideEmit("note", "that");
	assert.deepEqual(await noted, ["that"]);
});

test("a Go emitter", async () => {
	const emitter = spawn(goBinary("conformance-redis"), [path, a.id, b.id], { stdio: "inherit" });
	assert.deepEqual(await once(emitter, "exit"), [0, null]);
	await until(() => got.length === 2);
	assert.deepEqual(got.splice(0).sort(), [
		["a", "from an emitter", BYTES],
		["b", "from an emitter", BYTES],
	]);
});

test("disconnecting", async () => {
	const endOfB = next(b, "disconnect");
	js.in(b.id).disconnectSockets(true);
	assert.equal((await endOfB)[0], "io server disconnect");
	const endOfA = next(a, "disconnect");
	await go("disconnect");
	assert.equal((await endOfA)[0], "io server disconnect");
});
