// A server below a path, as beside other sites: nothing that a page loads, opens or shows leaves the path.
import assert from "node:assert/strict";
import test from "node:test";
import { startBrowser } from "./support/browser.mjs";
import { startServer } from "./support/server.mjs";
import { Visitor } from "./support/visitor.mjs";

const BASE = "/vote";

test("a whole poll is played below a path", async (t) => {
	const { url: origin } = await startServer(t, { args: ["-base-path", BASE] });
	const site = { url: origin + BASE };
	const browser = await startBrowser(t);
	const outside = []; // what was asked for that is not below the path
	let sockets = 0;
	const arrive = async (name, options) => {
		const visitor = await Visitor.arrive(t, browser, site, name, options);
		const note = (url) =>
			/^(http|ws)/.test(url) && !new URL(url).pathname.startsWith(`${BASE}/`) && outside.push(url);
		visitor.context.on("request", (request) => note(request.url()));
		visitor.context.on("page", (page) =>
			page.on("websocket", (socket) => {
				sockets++;
				note(socket.url());
			}),
		);
		return visitor;
	};

	const ann = await (await arrive("Ann", { device: "desktop" })).newTab();
	await ann.page.goto("./");
	await ann.page.getByRole("link", { name: "Start a poll" }).click();
	await ann.page.waitForURL(`${site.url}/create`);
	const code = await ann.create("Where do we eat?", { votes: 2 });
	const invitation = `${site.url}/p/${code}`;
	assert.equal(ann.page.url(), invitation);
	await ann.sees(ann.page.getByRole("img", { name: `QR code of ${invitation}` }));
	assert.match(await ann.page.evaluate(async () => (await navigator.serviceWorker.ready).scope), /\/vote\/$/);

	const bob = await (await arrive("Bob")).newTab();
	await bob.page.goto(invitation);
	await bob.field("Your name").fill("Bob");
	await bob.button("Join poll").click();
	await bob.nominate("Ramen");
	await bob.page.reload();
	await bob.nominate("Tacos");

	await ann.button("Big screen").click();
	const screen = await ann.dialog().getByRole("link", { name: "Open it here" }).getAttribute("href");
	assert.ok(new URL(screen, ann.page.url()).href.startsWith(`${site.url}/present/${code}`), screen);
	await ann
		.dialog()
		.getByRole("checkbox", { name: /Reveal the result/ })
		.uncheck();
	await ann.button("Close dialog").click();

	await ann.startVote();
	await bob.vote("Ramen", "Tacos");
	await ann.closeVote();
	for (const v of [ann, bob]) await v.reads(v.section("The winner is").getByRole("listitem"), ["Ramen"]);
	for (const link of await ann.page.locator("main a[href]").all()) {
		const { href } = await link.evaluate((a) => ({ href: a.href }));
		assert.ok(href.startsWith(`${site.url}/`), href);
	}

	for (const route of [
		`/polls/${code}`,
		`/polls/${code}/results`,
		`/polls/${code}/export.csv`,
		"/openapi.json",
		"/healthz",
	])
		assert.equal((await fetch(site.url + route)).status, 200, route);
	assert.deepEqual(outside, []);
	assert.ok(sockets >= 2, "the pages are connected");
});
