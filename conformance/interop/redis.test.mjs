// A Go server and a JavaScript server in one cluster over Redis, and the JavaScript emitter.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { createAdapter } from "@socket.io/redis-adapter";
import { Emitter } from "@socket.io/redis-emitter";
import { Redis } from "ioredis";
import { Server } from "socket.io";
import { io as connect } from "socket.io-client";
import { next } from "./support/wait.mjs";

const BINARY = new URL("../../bin/conformance-redis", import.meta.url).pathname;
const BYTES = Buffer.from([0, 255]);

const closing = [];
let js; // the JavaScript server
let go; // has the Go server do something
let a; // the client of the JavaScript server
let b; // the client of the Go server
let emitter;
let got = []; // what came to the clients

/** Waits until `isSo`, for what happens behind Redis. */
async function until(isSo) {
	for (const end = Date.now() + 10_000; !(await isSo()); ) {
		if (Date.now() > end) throw new Error(`waited in vain until ${isSo}`);
	}
}

async function client(url, name) {
	const socket = connect(url, { transports: ["websocket"], reconnection: false, forceNew: true });
	closing.push(() => socket.close());
	socket.on("x", (...args) => got.push([name, ...args]));
	socket.on("ask", (_, answer) => answer(name));
	await next(socket, "connect");
	return socket;
}

/** What came to the clients until an event reaches both, which `end` emits. */
async function received(end) {
	const ends = Promise.all([next(a, "end"), next(b, "end")]);
	await end();
	await ends;
	const all = got.sort();
	got = [];
	return all;
}
const fromJS = () => received(() => js.emit("end"));
const fromGo = () => received(() => go("end"));
const fromEmitter = () => received(() => emitter.emit("end"));
const inRoom = (room, n) => until(async () => (await js.in(room).fetchSockets()).length === n);

before(async () => {
	const dir = await mkdtemp(join(tmpdir(), "redis"));
	closing.push(() => rm(dir, { recursive: true }));
	const path = join(dir, "socket");
	const args = ["--port", "0", "--unixsocket", path, "--save", "", "--dir", dir];
	const broker = spawn(process.env.REDIS_SERVER ?? "redis-server", args, {
		stdio: ["ignore", "pipe", "inherit"],
	});
	closing.push(() => broker.kill() && once(broker, "exit"));
	for await (const line of createInterface({ input: broker.stdout }))
		if (line.includes("ready to accept")) break;
	broker.stdout.resume();

	const clients = [0, 1, 2].map(() => new Redis({ path }));
	closing.push(() => Promise.all(clients.map((redis) => redis.quit()))); // after what is on its way
	emitter = new Emitter(clients[2]);
	const http = createServer();
	js = new Server(http, { adapter: createAdapter(clients[0], clients[1]) });
	closing.push(() => js.close());
	await new Promise((resolve) => http.listen(0, "127.0.0.1", resolve));

	const child = spawn(BINARY, [path], { stdio: ["pipe", "pipe", "inherit"] });
	closing.push(() => child.stdin.end() && once(child, "exit"));
	const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
	const line = async () => (await lines.next()).value;
	const address = await line();
	go = async (what) => {
		child.stdin.write(`${what}\n`);
		return JSON.parse(await line());
	};
	await until(async () => (await js.of("/").adapter.serverCount()) === 2);
	a = await client(`http://127.0.0.1:${http.address().port}`, "a");
	b = await client(`http://${address}`, "b");
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

test("disconnecting", async () => {
	const endOfB = next(b, "disconnect");
	js.in(b.id).disconnectSockets(true);
	assert.equal((await endOfB)[0], "io server disconnect");
	const endOfA = next(a, "disconnect");
	await go("disconnect");
	assert.equal((await endOfA)[0], "io server disconnect");
});
