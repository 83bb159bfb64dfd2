// Prints how smoothly a reveal moves on a processor that is four times slower: `npm run motion`. Run it on a quiet
// machine; without a graphics card the picture itself is drawn by the same processor.
import test from "node:test";
import { startBrowser } from "./support/browser.mjs";
import { elect, screenOf } from "./support/elections.mjs";
import { command } from "./support/poll.mjs";
import { startServer } from "./support/server.mjs";

const SLOWER = 4;
const WATCHED = 3_000; // milliseconds of each step
const STEPS = 5;

test("motion", async (t) => {
	const server = await startServer(t);
	const browser = await startBrowser(t);
	const { host } = await elect(t, server, "runoff");
	const context = await browser.newContext({ baseURL: server.url, viewport: { width: 1280, height: 720 } });
	const page = await context.newPage();
	await page.goto(await screenOf(host));
	await page.getByRole("heading", { level: 1 }).waitFor();
	const devtools = await context.newCDPSession(page);
	await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
	for (let step = 1; step <= STEPS; step++) {
		const watched = page.evaluate(frames, WATCHED);
		await command(host, "play_result", { step });
		const gaps = await watched;
		const late = gaps.filter((gap) => gap > 20).length;
		const rate = Math.round((1000 * gaps.length) / gaps.reduce((sum, gap) => sum + gap, 0));
		t.diagnostic(
			`step ${step}: ${rate} frames a second, ${late} of ${gaps.length} late, worst ${Math.round(Math.max(...gaps))} ms`,
		);
	}
});

/** Runs in the page: the time between frames. */
function frames(duration) {
	return new Promise((resolve) => {
		const gaps = [];
		const start = performance.now();
		let last = start;
		const frame = (now) => {
			if (now > last) gaps.push(now - last);
			last = now;
			if (now - start < duration) requestAnimationFrame(frame);
			else resolve(gaps);
		};
		requestAnimationFrame(frame);
	});
}
