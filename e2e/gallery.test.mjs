// Every component in every state with the worst of texts, everything unfolded: nothing is wider than the window at
// any width, every control is hit at its centre, a text that is cut off loses its end, no short word is broken, an icon is
// beside its text, and axe finds nothing at all.
import assert from "node:assert/strict";
import test from "node:test";
import { isDeepStrictEqual } from "node:util";
import { violations } from "./support/axe.mjs";
import { screenshot, startBrowser } from "./support/browser.mjs";
import { show, startGallery } from "./support/gallery.mjs";
import { watch } from "./support/health.mjs";
import { crowded, look, onPaper, sound } from "./support/look.mjs";

const gallery = await startGallery(test);
const browser = await startBrowser(test);
// At 200 % zoom a window of 1280 px has 640 CSS pixels, and is as low.
const SIZES = [
	[320, 568],
	[360, 740],
	[390, 844],
	[640, 400],
	[1280, 800],
];

// What halls project: of the old kind, the least of the new, and 4K. What the screen shows grows with its shorter side.
const HALLS = [
	[1024, 768],
	[1280, 720],
	[3840, 2160],
];

// What people print, on A4 within the usual margins; the American sheet is wider.
const PRINTED = /^(public )?result(, |$)/;
const SHEET = { width: 718, height: 1047 };

// What is narrow in one script is as narrow in the other.
const FEW_SIZES = SIZES.filter(([width]) => width !== 360 && width !== 390);

// Words that are longer than English ones: where there is the least room for them, and beside a picture on a desktop.
const LEAST = [SIZES[0], SIZES.at(-1)];

for (const [script, colorScheme, sizes] of [
	["latin", "light", SIZES],
	["arabic", "dark", FEW_SIZES],
	["german", "light", LEAST],
	["spanish", "light", LEAST],
]) {
	test(`every state stands, ${script}`, async (t) => {
		const context = await browser.newContext({ baseURL: gallery.url, reducedMotion: "reduce", colorScheme });
		t.after(() => context.close());
		const health = await watch(context);
		const page = await context.newPage();
		await page.goto("/");
		await page.waitForFunction(() => window.states);
		const states = await page.evaluate(() => window.states);
		assert.ok(states.length > 85, `${states.length} states`);
		const broken = {};
		for (const state of states.filter((name) => name.includes(process.env.STATES ?? ""))) {
			await show(page, state, script);
			const isScreen = state.startsWith("screen, ");
			for (const [width, height] of sizes) {
				await page.setViewportSize({ width, height });
				if (isScreen) await settled(page);
				const faults = await page.evaluate(look);
				if (isDeepStrictEqual(faults, sound)) continue;
				broken[`${state}, at ${width} px`] = faults;
				await screenshot(page, `broken-gallery-${state}-${script}-${width}`);
			}
			if (sizes === LEAST) continue;
			for (const [width, height] of isScreen ? HALLS : []) {
				await page.setViewportSize({ width, height });
				await settled(page);
				const faults = { ...(await page.evaluate(look)), ...(await page.evaluate(crowded)) };
				if (Object.values(faults).every((texts) => texts.length === 0)) continue;
				broken[`${state}, in a hall of ${width} px`] = faults;
				await screenshot(page, `broken-hall-${state}-${script}-${width}`);
			}
			if (PRINTED.test(state)) {
				await page.setViewportSize(SHEET);
				await page.emulateMedia({ media: "print" });
				const faults = { ...(await page.evaluate(onPaper)), wide: (await page.evaluate(look)).wide };
				await page.emulateMedia({ media: "screen" });
				if (Object.values(faults).some((elements) => elements.length > 0))
					broken[`${state}, on paper`] = faults;
			}
			const found = await violations(page);
			if (found.length > 0) broken[`${state}, axe`] = found;
		}
		assert.equal(Object.keys(broken).length, 0, JSON.stringify(broken, null, "\t"));
		assert.deepEqual(health.complaints, []);
	});
}

test("what is chosen is seen where the system decides on colours", async (t) => {
	const page = await browser.newPage({
		baseURL: gallery.url,
		forcedColors: "active",
		reducedMotion: "reduce",
	});
	t.after(() => page.close());
	await page.goto("/");
	await page.waitForFunction(() => window.states);
	for (const state of ["create", "lobby, to open the vote"]) {
		await show(page, state, "latin");
		const controls = page.locator("label:has([role=switch]), label:has([type=radio]:not(:checked))");
		const found = await controls.all();
		assert.ok(found.length > 5, `${state}: ${found.length} controls`);
		for (const control of await Promise.all(found.map((control) => control.elementHandle()))) {
			if (!(await control.isVisible())) continue; // what was chosen before took it away
			const before = await control.screenshot();
			await control.evaluate((label) => label.control.click()); // the focus stays where it is
			const same = before.equals(await control.screenshot());
			assert.ok(!same, `${state}: ${await control.textContent()}`);
		}
	}
});

test("a duel's own votes are read first, from either side", async (t) => {
	const page = await browser.newPage({ baseURL: gallery.url });
	t.after(() => page.close());
	await page.goto("/");
	await page.waitForFunction(() => window.states);
	for (const [script, side] of [
		["latin", "left"],
		["arabic", "right"],
	]) {
		await show(page, "screen, duels", script);
		const sides = await page.locator("td > span:first-child").evaluateAll((duels) =>
			duels.map(({ childNodes: [own, , other] }) => {
				const [left, right] = [own, other].map((number) => {
					const range = document.createRange();
					range.selectNode(number);
					return range.getBoundingClientRect().left;
				});
				return left < right ? "left" : "right";
			}),
		);
		assert.ok(sides.length > 5);
		assert.deepEqual(new Set(sides), new Set([side]), script);
	}
});

/** Waits until what measures its room has drawn itself for it. */
const settled = (page) =>
	page.evaluate(
		() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(drawn)))),
	);
