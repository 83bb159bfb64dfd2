// What a guest waits for on a bad line: how many bytes, and how many requests one after the other. How long that
// takes on this machine is printed by `npm run first-load`.
import assert from "node:assert/strict";
import test from "node:test";
import { startBrowser } from "./support/browser.mjs";
import { follow } from "./support/first-load.mjs";
import { BROKEN } from "./support/health.mjs";
import { makePoll } from "./support/poll.mjs";
import { startServer } from "./support/server.mjs";
import { Visitor } from "./support/visitor.mjs";

const server = await startServer(test);
const browser = await startBrowser(test);
const MOST = 110_000; // bytes with their headers, compressed, that the form needs

for (const locale of ["en-GB", "de-DE", "es-ES", "ar-EG"]) {
	test(`a guest's form needs the page and one round of requests, ${locale}`, async (t) => {
		const admin = await makePoll(t, server, { topic: "Where shall we eat?" });
		const guest = await Visitor.arrive(t, browser, server, "Guest", { locale });
		const requests = await follow(guest.page);
		await guest.page.goto(`/p/${admin.pollID}`, { waitUntil: "commit" });
		await guest.page.locator("form button[type=submit]").waitFor();
		const needed = requests().filter(
			({ path }) => !/\/(inside|shared|room)-|icon|woff2|webmanifest/.test(path),
		);
		assert.ok(
			needed.every(({ depth }) => depth <= 1),
			JSON.stringify(needed),
		);
		assert.ok(
			!needed.some(({ path }) => path.startsWith("/polls")),
			"the page brings what it says of the poll",
		);
		const bytes = needed.reduce((sum, request) => sum + request.bytes, 0);
		assert.ok(bytes < MOST, `${bytes} bytes: ${JSON.stringify(needed)}`);
	});
}

test("nothing is asked of anybody else", async (t) => {
	const admin = await makePoll(t, server, { options: ["Ramen", "Tacos"] });
	const guest = await Visitor.arrive(t, browser, server, "Guest");
	const foreign = [];
	guest.context.on("request", (request) => {
		if (/^(http|ws)/.test(request.url()) && new URL(request.url()).host !== new URL(server.url).host)
			foreign.push(request.url());
	});
	for (const path of ["/", "/create", `/present/${admin.pollID}`, `/embed/${admin.pollID}`, "/nothing"]) {
		if (path === "/nothing" || path.startsWith("/embed")) guest.health.expect(/404|409/);
		await guest.page.goto(path);
	}
	await guest.join(admin.pollID);
	assert.deepEqual(foreign, []);
});

test("without a network a page that was here before says so, and goes on", async (t) => {
	const admin = await makePoll(t, server, { topic: "Where shall we eat?" });
	for (const [locale, words] of [
		["en-GB", "You are offline"],
		["ar-EG", "لا يوجد اتصال"],
	]) {
		const guest = await Visitor.arrive(t, browser, server, "Guest", { locale });
		guest.health.expect(BROKEN);
		await guest.page.goto(`/p/${admin.pollID}`);
		await guest.page.evaluate(() => navigator.serviceWorker.ready);
		await guest.context.setOffline(true);
		await guest.page.reload();
		await guest.sees(guest.heading(words));
		await guest.inspect(`offline-${locale}`);
		await guest.context.setOffline(false);
		await guest.sees(guest.heading("Where shall we eat?"));
	}
});

test("the program can be installed", async (t) => {
	const guest = await Visitor.arrive(t, browser, server, "Guest");
	await guest.page.goto("/");
	const devtools = await guest.context.newCDPSession(guest.page);
	const { errors, url, data } = await devtools.send("Page.getAppManifest");
	assert.deepEqual(errors, []);
	const { icons, start_url } = JSON.parse(data);
	assert.equal(new URL(start_url, url).href, `${server.url}/`);
	for (const { src, sizes } of icons) {
		const icon = await guest.page.request.get(new URL(src, url).href);
		assert.equal(`${icon.status()} ${icon.headers()["content-type"]}`, "200 image/png", `${src} ${sizes}`);
	}
});
