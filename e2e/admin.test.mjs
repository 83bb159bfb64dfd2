// The official admin page, unmodified, with our servers; and the same events from ours as from the reference's.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import test from "node:test";
import { instrument } from "@socket.io/admin-ui";
import { Server } from "socket.io";
import { io } from "socket.io-client";
import { picture, startBrowser } from "./support/browser.mjs";
import { startExample } from "./support/example.mjs";

const UI = new URL("node_modules/@socket.io/admin-ui/ui/dist", import.meta.url).pathname;
const PATIENCE = 30_000;

function connect(t, url, options = {}) {
	const socket = io(url, { forceNew: true, transports: ["websocket"], ...options });
	t.after(() => socket.disconnect());
	return socket;
}

/** Opens the page, and what its parts show. */
async function openPage(t, browser, url) {
	const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
	t.after(() => page.close());
	page.setDefaultTimeout(PATIENCE);
	await page.route(/googleapis\.com|jsdelivr\.net/, (route) => route.abort()); // its fonts
	await page.goto(url, { waitUntil: "domcontentloaded" });
	await page.getByLabel("Server URL").fill(url);
	return {
		page,
		login: async (password) => {
			if (password) {
				await page.getByLabel("Username").fill("admin");
				await page.getByLabel("Password").fill(password);
			}
			await page.getByRole("button", { name: "Connect" }).click();
		},
		go: (name) => page.getByRole("link", { name }).first().click(),
		row: (...texts) =>
			texts.reduce((rows, text) => rows.filter({ hasText: text }), page.locator("main tbody tr")).first(),
	};
}

test("the official page", async (t) => {
	const browser = await startBrowser(t);

	await t.test("shows servers, sockets, rooms and events, and disconnects", async (t) => {
		const { url } = await startExample(t, "admin", ["-ui", UI, "-password", "changeit"]);
		const ann = connect(t, url);
		const bob = connect(t, url, { transports: ["polling"] });
		await Promise.all([once(ann, "connect"), once(bob, "connect")]);
		ann.emit("enter", "kitchen");
		const { page, login, go, row } = await openPage(t, browser, url);
		await login("wrong");
		await page.getByText("Invalid credentials").waitFor();
		await login("changeit");
		await page.getByText("connected", { exact: true }).first().waitFor();

		await go("Servers");
		await row("HEALTHY", "3").waitFor(); // clients: the page is one
		await picture(page, "admin-servers");
		await go("Rooms");
		await row("kitchen", "PUBLIC").waitFor();
		await picture(page, "admin-rooms");
		await go("Events");
		ann.emit("say", "kitchen", "Is there any tea?");
		await row(ann.id, "Event received", "say").waitFor();
		await row(ann.id, "Event sent", "said").waitFor();
		await picture(page, "admin-events");
		await go("Sockets");
		await row(ann.id, "WebSocket").waitFor();
		await row(bob.id, "HTTP long-polling").waitFor();
		await picture(page, "admin-sockets");

		const { id } = ann;
		const left = once(ann, "disconnect");
		await row(id).getByRole("button").click();
		assert.equal((await left)[0], "io server disconnect");
		await go("Sockets"); // the page has opened the socket's details
		await row(bob.id).waitFor();
		await row(id).waitFor({ state: "detached" });

		await page.reload({ waitUntil: "domcontentloaded" }); // the session is enough
		await page.getByText("connected", { exact: true }).first().waitFor();
		await go("Sockets");
		await row(bob.id).waitFor();
	});

	await t.test("is told that it may only look", async (t) => {
		const { url } = await startExample(t, "admin", ["-ui", UI, "-read-only"]);
		const ann = connect(t, url);
		await once(ann, "connect");
		const { page, login, go, row } = await openPage(t, browser, url);
		await login();
		await go("Sockets");
		await row(ann.id).waitFor();
		assert.equal(await row(ann.id).getByRole("button").count(), 0, "there is nothing to disconnect with");
		await picture(page, "admin-read-only");
	});

	await t.test("shows figures only in production", async (t) => {
		const { url } = await startExample(t, "admin", ["-ui", UI, "-production"]);
		const ann = connect(t, url);
		await once(ann, "connect");
		const { page, login, row } = await openPage(t, browser, url);
		await login();
		await row("WebSocket", "2").waitFor();
		assert.equal(await page.getByRole("link", { name: "Sockets" }).count(), 0);
		await picture(page, "admin-production");
	});
});

/** The reference server, instrumented, with the handlers of our example. */
async function startReference(t) {
	const http = createServer();
	const server = new Server(http);
	t.after(() => server.close());
	instrument(server, { auth: false, mode: "development" });
	server.on("connection", (socket) => {
		socket.on("enter", (room) => socket.join(room));
		socket.on("say", (room, text) => server.to(room).emit("said", room, text));
	});
	http.listen(0, "127.0.0.1");
	await once(http, "listening");
	return { url: `http://127.0.0.1:${http.address().port}` };
}

/** What a page hears while somebody comes, talks and leaves, without what differs each time. */
async function hear(t, url) {
	const page = connect(t, `${url}/admin`);
	const heard = [];
	const until = (name, ...texts) =>
		new Promise((resolve) => {
			page.onAny((event, ...args) => {
				if (event === name && texts.every((text) => JSON.stringify(args).includes(text))) resolve(args);
			});
		});
	const figures = until("server_stats");
	const [[config], [all]] = await Promise.all([once(page, "config"), once(page, "all_sockets")]);
	const own = all.find(({ nsp }) => nsp === "/admin");
	page.onAny((event, ...args) => event !== "server_stats" && heard.push([event, ...args]));
	const ann = connect(t, url);
	await once(ann, "connect");
	const { id } = ann;
	ann.emit("enter", "kitchen");
	ann.emit("say", "kitchen", "tea");
	await once(ann, "said");
	const gone = Promise.all([
		until("socket_disconnected", id),
		until("room_left", "kitchen"),
		until("room_left", `"${id}","${id}"`),
	]);
	ann.disconnect();
	await gone;
	const [stats] = await figures;
	const known = (key, value) => {
		if (value === id || value === own.id) return "an id";
		if (key === "clientId") return typeof value;
		if (key === "headers") return typeof value;
		if (key === "time") return /^\w{3} \w{3} \d\d \d{4} \d\d:\d\d:\d\d GMT[+-]\d{4} \(.+\)$/.test(value);
		if (key === "issued" || key === "uptime" || key === "pid") return typeof value;
		if (key === "address") return value.replace("::ffff:", "");
		if (key === "namespaces") return value.map(({ name }) => name).sort();
		if (key === "aggregatedEvents")
			return value.map((e) => `${Object.keys(e)} ${e.type.replace(/^(packets|bytes)Out$/, "")}`).sort();
		return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) ? "a time" : value;
	};
	const lines = heard.map((line) => JSON.stringify(line, known)).sort();
	return {
		lines,
		config,
		own: JSON.parse(JSON.stringify(own, known)),
		stats: JSON.parse(JSON.stringify({ ...stats, aggregatedEvents: [] }, known)),
	};
}

test("a page hears the same from our server as from the reference's", async (t) => {
	const ours = await hear(t, (await startExample(t, "admin", ["-ui", UI])).url);
	const theirs = await hear(t, (await startReference(t)).url);
	assert.deepEqual(ours, theirs);
	assert.equal(ours.lines.length, 9);
});
