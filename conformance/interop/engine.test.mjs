// The real engine.io-client against the server of its own tests.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Socket } from "engine.io-client";
import { startServer } from "./support/server.mjs";
import { next, upgraded } from "./support/wait.mjs";

for (const transports of [["polling"], ["websocket"], ["polling", "websocket"]]) {
	const name = transports.join(", then ");

	async function open(t, server, options = {}) {
		const socket = new Socket(server.url, { transports, path: "/engine.io", ...options });
		t.after(() => socket.close());
		const hi = next(socket, "message");
		await next(socket, "open");
		assert.deepEqual(await hi, ["hi"]);
		await upgraded(socket, transports);
		return socket;
	}

	test(`text, UTF-8 and binary over ${name}`, async (t) => {
		const socket = await open(t, await startServer(t, "engineio-client"));
		socket.binaryType = "arraybuffer";
		for (const message of ["a", "пойду спать всем", "\u{1f600}"]) {
			const back = next(socket, "message");
			socket.send(message);
			assert.deepEqual(await back, [message]);
		}
		const utf8 = next(socket, "message");
		socket.send("give utf8");
		assert.deepEqual(await utf8, ["пойду спать всем спокойной ночи"]);
		const binary = next(socket, "message");
		socket.send("give binary");
		assert.deepEqual(new Uint8Array((await binary)[0]), new Uint8Array([0, 1, 2, 3, 4]));
		const echo = next(socket, "message");
		socket.send(new Int8Array([0, 1, 2, 3, 4]));
		assert.deepEqual(new Uint8Array((await echo)[0]), new Uint8Array([0, 1, 2, 3, 4]));
	});

	test(`heartbeats keep a connection over ${name}`, async (t) => {
		const socket = await open(t, await startServer(t, "engineio-client"));
		for (let i = 0; i < 3; i++) await next(socket, "heartbeat");
		assert.equal(socket.readyState, "open");
	});

	test(`a refused client hears so over ${name}`, async (t) => {
		const server = await startServer(t, "engineio-client");
		const socket = new Socket(server.url, { transports, path: "/engine.io", query: { deny: 1 } });
		await next(socket, "error");
	});

	test(`packets are kept within maxPayload over ${name}`, async (t) => {
		const socket = await open(t, await startServer(t, "engineio-client"));
		const got = [];
		const all = new Promise((done) => {
			socket.on("message", (m) => got.push(m) === 4 && done());
		});
		for (const c of "abcd") socket.send(c.repeat(60)); // together more than one payload may hold
		await all;
		assert.deepEqual(
			got,
			[..."abcd"].map((c) => c.repeat(60)),
		);
	});
}

test("header fields of a request can be set", async (t) => {
	const server = await startServer(t, "engineio-client");
	const socket = new Socket(server.url, {
		transports: ["polling"],
		path: "/engine.io",
		extraHeaders: { "X-Custom-Header-For-My-Project": "my-secret-access-token" },
	});
	t.after(() => socket.close());
	await next(socket, "message");
	const headers = next(socket, "message");
	socket.send("sendHeaders");
	assert.equal(JSON.parse((await headers)[0])["x-custom-header-for-my-project"], "my-secret-access-token");
});
