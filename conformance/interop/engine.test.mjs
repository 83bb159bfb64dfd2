// The real engine.io-client against the server of its own tests: what those assert of a server and a client together.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { promisify } from "node:util";
import { Fetch, NodeWebSocket, Socket } from "engine.io-client";
import { startServer } from "./support/server.mjs";
import { next, upgraded } from "./support/wait.mjs";

const PATH = "/engine.io";
const MAX_PAYLOAD = 100; // of that server

const ways = {
	polling: ["polling"],
	"polling with fetch": [Fetch],
	websocket: ["websocket"],
	"polling, then websocket": ["polling", "websocket"],
	"polling with fetch, then websocket": [Fetch, NodeWebSocket],
};

for (const [name, transports] of Object.entries(ways)) {
	function create(t, url, options = {}) {
		const socket = new Socket(url, { transports, path: PATH, ...options });
		socket.binaryType = "arraybuffer";
		t.after(() => socket.close());
		return socket;
	}

	/** A socket on the last of its transports that has been greeted. */
	async function open(t, options) {
		const { url } = await startServer(t, "engineio-client");
		const socket = create(t, url, options);
		const hi = next(socket, "message");
		await next(socket, "open");
		assert.deepEqual(await hi, ["hi"]);
		await upgraded(socket, socket.transports);
		return socket;
	}

	/** Sends all of `messages`, and returns what comes back. */
	async function echoes(socket, messages) {
		const got = [];
		socket.on("message", (message) => got.push(message));
		for (const message of messages) socket.send(message);
		while (got.length < messages.length) await next(socket, "message");
		return got;
	}

	test(`text and UTF-8 over ${name}`, async (t) => {
		const socket = await open(t);
		const messages = [
			"a",
			"пойду спать всем",
			"cash money €€€",
			"\u{1f600}",
			"\u{10000}-\u{effff}\u{f0000}-\uf8ff",
		];
		assert.deepEqual(await echoes(socket, messages), messages);
		const utf8 = next(socket, "message");
		socket.send("give utf8");
		assert.deepEqual(await utf8, ["пойду спать всем спокойной ночи"]);
	});

	for (const forceBase64 of [false, true]) {
		test(`bytes over ${name}${forceBase64 ? ", as base64" : ""}`, async (t) => {
			const socket = await open(t, { forceBase64 });
			const binary = next(socket, "message");
			socket.send("give binary");
			assert.deepEqual(await binary, [Uint8Array.of(0, 1, 2, 3, 4).buffer]);
			const messages = [Uint8Array.of(0, 1, 2, 3, 255).buffer, "cash money €€€", new ArrayBuffer(0), "last"];
			assert.deepEqual(await echoes(socket, messages), messages);
		});
	}

	test(`heartbeats keep a connection over ${name}`, async (t) => {
		const socket = await open(t);
		for (let i = 0; i < 3; i++) await next(socket, "heartbeat");
		assert.equal(socket.readyState, "open");
	});

	test(`a refused client hears so over ${name}`, async (t) => {
		const { url } = await startServer(t, "engineio-client");
		await next(create(t, url, { query: { deny: 1 } }), "error");
	});

	test(`a client whose session is unknown hears so over ${name}`, async (t) => {
		const { url } = await startServer(t, "engineio-client");
		const socket = create(t, url, { query: { sid: "abc" } });
		const closed = next(socket, "close");
		const answer = failure(socket);
		const [reason, error] = await closed;
		assert.equal(reason, "transport error");
		assert.equal(error.type, "TransportError");
		if (socket.transport.name === "polling")
			assert.deepEqual(await answer, { status: 400, body: '{"code":1,"message":"Session ID unknown"}' });
	});

	test(`packets are kept within maxPayload over ${name}`, async (t) => {
		const socket = await open(t);
		const texts = [
			...[..."abcd"].map((c) => c.repeat(60)), // any two are more than one payload may hold
			"e".repeat(MAX_PAYLOAD - 1), // as much as it may hold, with the packet's type
			...["f".repeat(30), "g".repeat(30), "h".repeat(35)], // the same, in three packets
			"€".repeat(33), // the same, in three bytes a character
			"i".repeat(MAX_PAYLOAD - 1),
		];
		const bytes = [72, 20].map((size) => new Uint8Array(size).fill(size).buffer);
		const messages = [...texts, ...bytes, "j".repeat(20), ...bytes.toReversed()];
		assert.deepEqual(await echoes(socket, messages), messages);
	});

	test(`what exceeds maxPayload ends the session over ${name}`, async (t) => {
		const socket = await open(t);
		const answer = failure(socket);
		const closed = next(socket, "close");
		socket.send("a".repeat(MAX_PAYLOAD));
		socket.send("b");
		const [reason, details] = await closed;
		if (socket.transport.name === "polling") {
			assert.equal(reason, "transport error");
			assert.deepEqual(await answer, { status: 413, body: "" });
		} else {
			assert.equal(reason, "transport close");
			assert.equal(details.context.code, 1009);
			assert.equal(details.context.reason, "");
		}
	});

	test(`what is sent after a close stays unsent over ${name}`, async (t) => {
		const socket = await open(t);
		const created = [];
		socket.on("packetCreate", (packet) => created.push(packet.type));
		const closed = next(socket, "close");
		socket.close();
		socket.send("hi");
		assert.equal((await closed)[0], "forced close");
		assert.deepEqual(created, []);
	});

	if (transports.length === 1) continue;

	/** A socket that has begun to change to its second transport. */
	async function upgrading(t) {
		const { url } = await startServer(t, "engineio-client");
		const socket = create(t, url);
		await next(socket, "upgrading");
		return socket;
	}

	test(`a close waits for the upgrade, and for what was sent, over ${name}`, async (t) => {
		const socket = await upgrading(t);
		const created = [];
		socket.on("packetCreate", (packet) => created.push(packet.type));
		const states = [];
		socket.on("upgrade", () => states.push(socket.readyState));
		const closed = next(socket, "close");
		socket.send("before");
		socket.close();
		socket.send("after");
		assert.equal((await closed)[0], "forced close");
		assert.deepEqual(states, ["closing"]);
		assert.deepEqual(created, ["message"]);
		assert.deepEqual(socket.writeBuffer, []);
	});

	test(`a close does not wait for an upgrade that fails over ${name}`, async (t) => {
		const socket = await upgrading(t);
		const failed = next(socket, "upgradeError");
		const closed = next(socket, "close");
		socket.close();
		socket.transport.onError("upgrade error");
		await failed;
		assert.equal((await closed)[0], "transport error");
	});

	test(`a client goes on where its upgrade fails over ${name}`, async (t) => {
		const { url } = await startServer(t, "engineio-client");
		const socket = create(t, url, { transportOptions: { websocket: { path: "/nowhere" } } });
		const failed = next(socket, "upgradeError");
		await next(socket, "message");
		await failed;
		assert.equal(socket.transport.name, "polling");
		assert.deepEqual(await echoes(socket, ["still here"]), ["still here"]);
	});

	test(`a client remembers where an upgrade succeeded over ${name}`, async (t) => {
		const { url } = await startServer(t, "engineio-client");
		const first = create(t, url);
		await next(first, "upgrade");
		for (const [rememberUpgrade, transport] of [
			[true, "websocket"],
			[false, "polling"],
		]) {
			const later = create(t, url, { rememberUpgrade });
			assert.equal(later.transport.name, transport);
			assert.deepEqual(await next(later, "message"), ["hi"]);
		}
	});

	for (const refused of ["polling", "websocket"]) {
		test(`a client that tries all transports opens another where ${refused} is refused, over ${name}`, async (t) => {
			const { url } = await startServer(t, "engineio-client");
			const socket = create(t, url, {
				transports: transports.toSorted((a) => (kind(a) === refused ? -1 : 1)),
				transportOptions: { [refused]: { query: { EIO: 4, transport: refused, deny: 1 } } },
				tryAllTransports: true,
			});
			assert.equal(socket.transport.name, refused);
			await next(socket, "open");
			assert.notEqual(socket.transport.name, refused);
		});
	}
}

/** The name of a transport, which may be given as its class. */
const kind = (transport) => transport.prototype?.name ?? transport;

/** The answer to the first request that fails, read at once: with the session the client forgets it. */
function failure(socket) {
	return new Promise((resolve) => {
		socket.once("error", async ({ description, context }) => {
			resolve({ status: description, body: await (context?.responseText ?? context?.text?.()) });
		});
	});
}

for (const transports of [["polling"], ["websocket"], ["polling", "websocket"]]) {
	test(`with autoUnref a connection over ${transports.join(", then ")} keeps no process alive`, async (t) => {
		const { url } = await startServer(t, "engineio-client");
		await promisify(execFile)(...connection(url, { transports, autoUnref: true }), { timeout: 10_000 });
		const child = spawn(...connection(url, { transports }), { stdio: ["ignore", "pipe", "inherit"] });
		const exited = once(child, "exit");
		t.after(() => child.kill("SIGKILL") && exited);
		for await (const line of createInterface({ input: child.stdout })) if (line === "heartbeat") return;
		assert.fail("without it the process ended, too");
	});
}

/** A program whose only task is a connection, for `spawn`. It prints each heartbeat. */
function connection(url, options) {
	const script = `
		import { Socket } from "engine.io-client";
		const socket = new Socket("${url}", ${JSON.stringify({ path: PATH, ...options })});
		socket.on("heartbeat", () => console.log("heartbeat"));`;
	return [process.execPath, ["--input-type=module", "--eval", script]];
}

test("a client may offer compression over websocket", async (t) => {
	const { url } = await startServer(t, "engineio-client");
	const socket = new Socket(url, {
		transports: ["websocket"],
		path: PATH,
		perMessageDeflate: { threshold: 0 },
	});
	t.after(() => socket.close());
	await next(socket, "message");
	const back = next(socket, "message");
	socket.send("a".repeat(60), { compress: true });
	assert.deepEqual(await back, ["a".repeat(60)]);
});

for (const [name, transports] of [
	["polling", ["polling"]],
	["polling with fetch", [Fetch]],
]) {
	/** The header of a request of a client. */
	async function headers(t, options) {
		const { url } = await startServer(t, "engineio-client");
		const socket = new Socket(url, { transports, path: PATH, ...options });
		t.after(() => socket.close());
		await next(socket, "message");
		const headers = next(socket, "message");
		socket.send("sendHeaders");
		return JSON.parse((await headers)[0]);
	}

	test(`header fields of a request can be set over ${name}`, async (t) => {
		const extraHeaders = { "X-Custom-Header-For-My-Project": "my-secret-access-token" };
		const got = await headers(t, { extraHeaders });
		assert.equal(got["x-custom-header-for-my-project"], "my-secret-access-token");
	});

	test(`the cookies of a handshake come back with credentials, over ${name}`, async (t) => {
		assert.equal((await headers(t, { withCredentials: true })).cookie, "1=1; 2=2");
		assert.equal((await headers(t, { withCredentials: false })).cookie, undefined);
	});
}
