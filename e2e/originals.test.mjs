// The programs under examples/originals do what the pages of the reference's examples expect of their servers.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { io } from "socket.io-client";
import * as msgpack from "socket.io-msgpack-parser";
import { startExample } from "./support/example.mjs";

const CLIENT = new URL("node_modules/socket.io-client/dist", import.meta.url).pathname;
const within = () => AbortSignal.timeout(15_000);

/** Starts a program with a page of our own in the place of the original. */
async function start(t, name, { files = { "index.html": "<title>The page</title>" }, args = [] } = {}) {
	const folder = await mkdtemp(join(tmpdir(), "page-"));
	t.after(() => rm(folder, { recursive: true }));
	for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
	return startExample(t, `originals/${name}`, ["-public", folder, "-client", CLIENT, ...args]);
}

/** A client that remembers what it has heard: `heard(event)` waits for the next one of that name. */
function connect(t, url, options = {}) {
	const socket = io(url, { forceNew: true, ...options });
	t.after(() => socket.disconnect());
	const events = [];
	let wake = () => {};
	socket.onAny((event, ...args) => {
		events.push([event, ...args]);
		wake();
	});
	socket.heard = async (event) => {
		const end = Date.now() + 15_000;
		for (;;) {
			const i = events.findIndex(([name]) => name === event);
			if (i >= 0) return events.splice(i, 1)[0].slice(1);
			await new Promise((resolve, reject) => {
				wake = resolve;
				setTimeout(() => reject(new Error(`waited in vain for ${event}`)), end - Date.now()).unref();
			});
		}
	};
	return socket;
}

test("the page and the client's files are served", async (t) => {
	const { url } = await start(t, "whiteboard");
	const page = await fetch(url, { signal: within() });
	assert.equal(await page.text(), "<title>The page</title>");
	const script = await fetch(`${url}/socket.io/socket.io.js`, { signal: within() });
	assert.match(script.headers.get("content-type"), /javascript/);
	assert.match(await script.text(), /Socket\.IO v4/);
});

test("chat: names, numbers, messages, typing", async (t) => {
	const { url } = await start(t, "chat");
	const ann = connect(t, url);
	ann.emit("add user", "Ann");
	ann.emit("add user", "Anna"); // has no effect
	assert.deepEqual(await ann.heard("login"), [{ numUsers: 1 }]);
	const bob = connect(t, url, { transports: ["websocket"] });
	await once(bob, "connect");
	bob.emit("new message", { any: ["thing"] }); // from somebody without a name
	assert.deepEqual(await ann.heard("new message"), [{ message: { any: ["thing"] } }]);
	bob.emit("add user", "Bob");
	assert.deepEqual(await bob.heard("login"), [{ numUsers: 2 }]);
	assert.deepEqual(await ann.heard("user joined"), [{ username: "Bob", numUsers: 2 }]);
	bob.emit("typing");
	assert.deepEqual(await ann.heard("typing"), [{ username: "Bob" }]);
	bob.emit("stop typing");
	assert.deepEqual(await ann.heard("stop typing"), [{ username: "Bob" }]);
	ann.emit("new message", "hello");
	assert.deepEqual(await bob.heard("new message"), [{ username: "Ann", message: "hello" }]);
	bob.disconnect();
	assert.deepEqual(await ann.heard("user left"), [{ username: "Bob", numUsers: 1 }]);
});

test("whiteboard: lines reach all others as they were drawn", async (t) => {
	const { url } = await start(t, "whiteboard");
	const [ann, bob] = [connect(t, url), connect(t, url)];
	await Promise.all([once(ann, "connect"), once(bob, "connect")]);
	const line = { x0: 0.1, y0: 1e-7, x1: null, y1: 1, color: "black" };
	ann.emit("drawing", line);
	assert.deepEqual(await bob.heard("drawing"), [line]);
	bob.emit("drawing", { ...line, color: "red" });
	assert.deepEqual(await ann.heard("drawing"), [{ ...line, color: "red" }]);
});

test("private messaging: sessions, tabs, history, and who is there", async (t) => {
	const { url } = await start(t, "private-messaging");
	const nobody = connect(t, url);
	const [error] = await once(nobody, "connect_error");
	assert.equal(error.message, "invalid username");

	const ann = connect(t, url, { auth: { username: "Ann" } });
	const [annSession] = await ann.heard("session");
	const [alone] = await ann.heard("users");
	const annSeen = { userID: annSession.userID, username: "Ann", connected: true, messages: [] };
	assert.deepEqual(alone, [annSeen]);

	const bob = connect(t, url, { auth: { username: "Bob" } });
	const [bobSession] = await bob.heard("session");
	const bobSeen = { userID: bobSession.userID, username: "Bob", connected: true, messages: [] };
	assert.deepEqual(await bob.heard("users"), [[annSeen, bobSeen]]);
	assert.deepEqual(await ann.heard("user connected"), [bobSeen]);

	const tab = connect(t, url, { auth: { sessionID: annSession.sessionID } });
	assert.deepEqual(await tab.heard("session"), [annSession]);
	const message = { content: "hello", from: annSession.userID, to: bobSession.userID };
	ann.emit("private message", { content: "hello", to: bobSession.userID });
	assert.deepEqual(await bob.heard("private message"), [message]);
	assert.deepEqual(await tab.heard("private message"), [message]);

	tab.disconnect(); // the other tab stays
	bob.emit("private message", { content: "yes?", to: annSession.userID });
	const answer = { content: "yes?", from: bobSession.userID, to: annSession.userID };
	assert.deepEqual(await ann.heard("private message"), [answer]);
	ann.disconnect();
	assert.deepEqual(await bob.heard("user disconnected"), [annSession.userID]);

	const back = connect(t, url, { auth: { sessionID: annSession.sessionID } });
	const [users] = await back.heard("users");
	assert.deepEqual(users[1], { ...bobSeen, messages: [message, answer] });
});

test("private messaging: only the page's own origin and the one that is named", async (t) => {
	const { url } = await start(t, "private-messaging");
	const poll = (origin) =>
		fetch(`${url}/socket.io/?EIO=4&transport=polling`, { headers: { origin }, signal: within() });
	const known = await poll("http://localhost:8080");
	assert.equal(known.status, 200);
	assert.equal(known.headers.get("access-control-allow-origin"), "http://localhost:8080");
	assert.equal((await poll("http://evil.test")).status, 403);
});

test("todo list: acknowledgements, validation, and what the others are told", async (t) => {
	const { url } = await start(t, "basic-crud-application");
	const [ann, bob] = [connect(t, url), connect(t, url)];
	await Promise.all([once(ann, "connect"), once(bob, "connect")]);
	const ask = (...args) => new Promise((resolve) => ann.emit(...args, (...answer) => resolve(answer)));

	assert.deepEqual(await ask("todo:list"), [{ data: [] }]);
	const [{ data: id }] = await ask("todo:create", { title: "tea", completed: "FALSE", extra: 1 });
	assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
	const todo = { id, title: "tea", completed: false };
	assert.deepEqual(await bob.heard("todo:created"), [todo]);
	assert.deepEqual(await ask("todo:read", id), [{ data: todo }]);
	assert.deepEqual(await ask("todo:update", { ...todo, completed: true, synced: true }), []);
	assert.deepEqual(await bob.heard("todo:updated"), [{ ...todo, completed: true }]);
	assert.deepEqual(await ask("todo:list"), [{ data: [{ ...todo, completed: true }] }]);
	assert.deepEqual(await ask("todo:delete", id), []);
	assert.deepEqual(await bob.heard("todo:deleted"), [id]);
	for (const event of ["todo:read", "todo:delete"]) {
		for (const unknown of [id, "x", 7, null, {}]) {
			assert.deepEqual(await ask(event, unknown), [{ error: "entity not found" }], event);
		}
	}

	const title = (message, type) => ({ message: `"title" ${message}`, path: ["title"], type });
	const done = (message, type) => ({ message: `"completed" ${message}`, path: ["completed"], type });
	const idIs = (message, type) => ({ message: `"id" ${message}`, path: ["id"], type });
	const required = ["is required", "any.required"];
	for (const [event, payload, ...errorDetails] of [
		["todo:create", {}, title(...required), done(...required)],
		["todo:create", { title: "", completed: true }, title("is not allowed to be empty", "string.empty")],
		[
			"todo:create",
			{ title: 7, completed: 7 },
			title("must be a string", "string.base"),
			done("must be a boolean", "boolean.base"),
		],
		[
			"todo:create",
			{ title: "ä".repeat(257), completed: true },
			title("length must be less than or equal to 256 characters long", "string.max"),
		],
		["todo:create", { ...todo }, idIs("is not allowed", "any.unknown")],
		["todo:create", "x", { message: '"value" must be of type object', path: [], type: "object.base" }],
		["todo:update", { title: "x", completed: true }, idIs(...required)],
		["todo:update", { ...todo, id: "123" }, idIs("must be a valid GUID", "string.guid")],
	]) {
		assert.deepEqual(await ask(event, payload), [{ error: "invalid payload", errorDetails }], event);
	}
	assert.deepEqual(await ask("todo:list"), [{ data: [] }]);
});

test("passport: a login over HTTP opens the way, a logout ends it", async (t) => {
	const files = { "index.html": "Authenticated!", "login.html": "Not authenticated" };
	const { url } = await start(t, "passport-example", { files });
	const request = (path, options) => fetch(url + path, { redirect: "manual", signal: within(), ...options });
	const login = (password) =>
		request("/login", { method: "POST", body: new URLSearchParams({ username: "john", password }) });

	const home = await request("/");
	assert.deepEqual([home.status, home.headers.get("location")], [302, "/login"]);
	assert.equal(await (await request("/login")).text(), "Not authenticated");
	assert.equal((await request("/socket.io/?EIO=4&transport=polling")).status, 401);
	assert.equal((await login("wrong")).headers.get("set-cookie"), null);

	const welcome = await login("changeit");
	assert.deepEqual([welcome.status, welcome.headers.get("location")], [302, "/"]);
	const cookie = welcome.headers.get("set-cookie").split(";")[0];
	assert.match(welcome.headers.get("set-cookie"), /^connect\.sid=[^;]+; Path=\/; HttpOnly/);
	assert.equal(await (await request("/", { headers: { cookie } })).text(), "Authenticated!");
	assert.equal((await request("/login", { headers: { cookie } })).headers.get("location"), "/");

	const john = connect(t, url, { extraHeaders: { cookie } });
	assert.equal(await john.timeout(15_000).emitWithAck("whoami"), "john");
	const left = once(john, "disconnect");
	assert.equal((await request("/logout", { method: "POST", headers: { cookie } })).status, 204);
	assert.deepEqual((await left)[0], "io server disconnect");
	assert.equal((await request("/", { headers: { cookie } })).headers.get("location"), "/login");
});

test("custom parsers: the same data in JSON and in MessagePack", async (t) => {
	const args = ["-json", "127.0.0.1:0", "-msgpack", "127.0.0.1:0"];
	const { also } = await start(t, "custom-parsers", { args });
	assert.equal(also.length, 2);
	for (const [i, options] of [{}, { parser: msgpack }].entries()) {
		const socket = connect(t, also[i], options);
		const numbers = Array.from({ length: 1000 }, (_, n) => n);
		assert.deepEqual(await socket.heard("string"), [numbers.map(String)]);
		assert.deepEqual(await socket.heard("numeric"), [numbers]);
		const [bytes] = await socket.heard("binary");
		assert.deepEqual(Buffer.from(bytes), Buffer.from(numbers));
	}
});
