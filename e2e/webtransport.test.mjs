// socket.io-client in a real browser, over WebTransport.
import assert from "node:assert/strict";
import test from "node:test";
import { startBrowser } from "./support/browser.mjs";
import { startExample } from "./support/example.mjs";

const browser = await startBrowser(test, { quic: true });
const CLIENT = new URL("node_modules/socket.io-client/dist", import.meta.url).pathname;

async function open(t, query) {
	const program = await startExample(t, "webtransport", ["-client", CLIENT]);
	const page = await browser.newPage();
	t.after(() => page.close());
	await page.goto(program.url + query);
	return page;
}

const transport = (page, name) =>
	page.locator("#transport", { hasText: new RegExp(`^${name}$`) }).waitFor({ timeout: 15_000 });

test("WebTransport from the first packet: texts, bytes, and everything said before the end", async (t) => {
	const page = await open(t, "/?transport=webtransport");
	await transport(page, "webtransport");
	const echoed = await page.evaluate(async () => {
		const bytes = new Uint8Array(70_000).map((_, i) => i);
		const [text, number, binary] = await new Promise((resolve) =>
			window.socket.emit("echo", "ä".repeat(40_000), 7, bytes, (...answer) => resolve(answer)),
		);
		const back = new Uint8Array(binary);
		return { text: text.length, number, bytes: back.length, same: back.every((b, i) => b === bytes[i]) };
	});
	assert.deepEqual(echoed, { text: 40_000, number: 7, bytes: 70_000, same: true });
	const last = await page.evaluate(
		() =>
			new Promise((resolve) => {
				const words = [];
				window.socket.io.opts.reconnection = false;
				window.socket.on("word", (n) => words.push(n));
				window.socket.on("disconnect", (reason) => resolve({ words, reason }));
				window.socket.emit("bye");
			}),
	);
	assert.deepEqual(last, { words: [0, 1, 2, 3, 4], reason: last.reason });
	assert.match(last.reason, /^(transport close|io server disconnect)$/);
});

test("polling goes over to WebTransport", async (t) => {
	const page = await open(t, "/?transport=polling&transport=webtransport");
	await transport(page, "webtransport");
	await page.getByLabel("Text").fill("hello");
	await page.getByRole("button", { name: "Send" }).click();
	await page.getByRole("listitem").getByText("hello").waitFor();
});
