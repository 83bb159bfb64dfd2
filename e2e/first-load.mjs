// Prints how long the first visit to a page takes on slow lines: `npm run first-load`. Run it on a quiet machine.
import test from "node:test";
import { devices, startBrowser } from "./support/browser.mjs";
import { firstPaint, lines, putOn } from "./support/first-load.mjs";
import { makePoll } from "./support/poll.mjs";
import { startServer } from "./support/server.mjs";

const VISITS = 5;

test("first load", async (t) => {
	const server = await startServer(t);
	const browser = await startBrowser(t);
	const admin = await makePoll(t, server);
	const pages = { "/": "input[name=code]", [`/p/${admin.pollID}`]: "form button[type=submit]" };
	for (const line of Object.keys(lines)) {
		for (const [path, control] of Object.entries(pages)) {
			const paints = [];
			const uses = [];
			for (let i = 0; i < VISITS; i++) {
				const context = await browser.newContext({ baseURL: server.url, ...devices.phone });
				const page = await context.newPage();
				await putOn(page, line);
				const start = performance.now();
				await page.goto(path, { waitUntil: "commit" });
				await page.locator(control).waitFor();
				uses.push(Math.round(performance.now() - start));
				paints.push(await firstPaint(page));
				await context.close();
			}
			const median = (list) => list.sort((a, b) => a - b)[VISITS >> 1];
			const kind = path.replace(admin.pollID, "CODE");
			t.diagnostic(`${line}, ${kind}: first content ${median(paints)} ms, form ${median(uses)} ms`);
		}
	}
});
