// Every component in every state with the worst of texts: nothing is wider than the window, at any width.
import assert from "node:assert/strict";
import test from "node:test";
import { screenshot, startBrowser } from "./support/browser.mjs";
import { show, startGallery } from "./support/gallery.mjs";
import { watch } from "./support/health.mjs";

const gallery = await startGallery(test);
const browser = await startBrowser(test);
// At 200 % zoom a window of 1280 px has 640 CSS pixels.
const WIDTHS = [320, 360, 390, 640, 1280];

for (const script of ["latin", "arabic"]) {
	test(`no state scrolls sideways, ${script}`, async (t) => {
		const context = await browser.newContext({ baseURL: gallery.url, reducedMotion: "reduce" });
		t.after(() => context.close());
		const health = await watch(context);
		const page = await context.newPage();
		await page.goto("/");
		await page.waitForFunction(() => window.states);
		const states = await page.evaluate(() => window.states);
		assert.ok(states.length > 40, `${states.length} states`);
		const broken = {};
		for (const state of states) {
			await show(page, state, script);
			for (const width of WIDTHS) {
				await page.setViewportSize({ width, height: 720 });
				const wide = await page.evaluate(wider);
				if (wide.length === 0) continue;
				broken[`${state}, at ${width} px`] = wide;
				await screenshot(page, `broken-gallery-${state}-${script}-${width}`);
			}
		}
		assert.deepEqual(broken, {});
		assert.deepEqual(health.complaints, []);
	});
}

/** Runs in the page: what is wider than the window and makes it scroll. */
function wider() {
	const root = document.documentElement;
	if (root.scrollWidth <= root.clientWidth) return [];
	return [...document.querySelectorAll("body *")]
		.filter((e) => {
			const { left, right } = e.getBoundingClientRect();
			return right > root.clientWidth + 1 || left < -1;
		})
		.map((e) => `${e.tagName} ${e.className}`);
}
