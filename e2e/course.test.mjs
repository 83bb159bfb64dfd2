// The original course application's client, on an origin of its own as its development server is, plays a
// poll from creation to results in two browsers.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { test } from "node:test";
import { picture, startBrowser } from "./support/browser.mjs";
import { startServer } from "./support/server.mjs";

const bundle = new URL("node_modules/socket.io-client/dist/socket.io.min.js", import.meta.url);
const files = {
	"/": [new URL("course/index.html", import.meta.url), "text/html"],
	"/client.js": [new URL("course/client.js", import.meta.url), "text/javascript"],
	"/socket.io.min.js": [bundle, "text/javascript"],
};

/** Serves the course client on an origin that is not the server's. */
async function serveClient(t) {
	const http = createServer(async (request, response) => {
		const [file, type] = files[new URL(request.url, "http://x").pathname] ?? [];
		if (!file) return response.writeHead(404).end();
		response.writeHead(200, { "Content-Type": type }).end(await readFile(file));
	}).listen(0, "127.0.0.1");
	await once(http, "listening");
	t.after(() => http.close());
	return `http://127.0.0.1:${http.address().port}`;
}

test("the course application's client plays a poll in two browsers", async (t) => {
	const origin = await serveClient(t);
	const server = await startServer(t, { args: ["-allow-origin", origin] });
	const browser = await startBrowser(t);
	const open = async () => {
		const page = await (await browser.newContext()).newPage();
		await page.goto(`${origin}/?host=127.0.0.1&port=${server.port}`);
		return page;
	};
	const [ann, bob] = [await open(), await open()];
	const text = (page, id) => page.locator(`#${id}`).textContent();
	const seen = (page, id, expected) =>
		page.waitForFunction(([i, e]) => document.getElementById(i).textContent === e, [id, expected]);

	await ann.getByLabel("Topic").fill("Which game tonight?");
	await ann.getByLabel("Votes").fill("2");
	await ann.getByLabel("Creator").fill("Ann");
	await ann.getByRole("button", { name: "Create" }).click();
	await seen(ann, "participants", "Ann");

	await bob.getByLabel("Code").fill(await text(ann, "code"));
	await bob.getByLabel("Name", { exact: true }).fill("Bob");
	await bob.getByRole("button", { name: "Join" }).click();
	for (const page of [ann, bob]) await seen(page, "participants", "Ann, Bob");

	for (const [page, game] of [
		[ann, "Go"],
		[bob, "Chess"],
	]) {
		await page.getByLabel("Nomination", { exact: true }).fill(game);
		await page.getByRole("button", { name: "Nominate" }).click();
	}
	for (const page of [ann, bob]) {
		await page.waitForFunction(() => document.querySelectorAll("#nominations li").length === 2);
	}

	await bob.reload(); // rejoins with the token it kept
	await seen(bob, "participants", "Ann, Bob");

	await ann.getByRole("button", { name: "Start" }).click();
	await bob.waitForFunction(() => window.poll.hasStarted);
	await ann.getByRole("button", { name: "Vote" }).click();
	await bob.getByRole("button", { name: "Vote" }).click();
	for (const page of [ann, bob]) await seen(page, "cast", "2");

	await ann.getByRole("button", { name: "Close" }).click();
	for (const page of [ann, bob]) {
		await page.waitForFunction(() => document.querySelectorAll("#results li").length === 2);
	}
	assert.deepEqual(
		await ann.locator("#results li").allTextContents(),
		await bob.locator("#results li").allTextContents(),
	);
	assert.equal(await text(ann, "error"), "");
	assert.equal(await text(bob, "error"), "");
	await picture(ann, "course-client-results");
});
