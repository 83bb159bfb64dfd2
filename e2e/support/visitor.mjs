// A person with a browser, who does on the pages what people do, by what the pages call things.
import assert from "node:assert/strict";
import { violations } from "./axe.mjs";
import { devices, picture, screenshot } from "./browser.mjs";
import { atEnd } from "./cleanup.mjs";
import { looked, watch } from "./health.mjs";

const WAIT = 30_000; // patience for slow machines: what is waited for mostly comes at once

export class Visitor {
	/**
	 * Opens a browser of one's own. When the test `t` is over, nothing on any page of it may have been wrong.
	 * @param {{device?: keyof typeof devices, words?: Map<string, string>} & import('playwright-core').BrowserContextOptions} [options]
	 * with the words of a language, this person goes by those; the tests name things in English
	 */
	static async arrive(t, browser, server, name, { device = "phone", words, ...options } = {}) {
		const context = await browser.newContext({ baseURL: `${server.url}/`, ...devices[device], ...options });
		context.setDefaultTimeout(WAIT);
		const health = await watch(context);
		const visitor = new Visitor(name, context, health, await context.newPage(), words);
		atEnd(t, async () => {
			for (const [i, page] of t.passed ? [] : context.pages().entries())
				await screenshot(page, `failed-${t.name}-${name}-${i}`).catch(() => {}); // some failures are the page's
			await context.close();
			health.check(name);
		});
		return visitor;
	}

	constructor(name, context, health, page, words = new Map()) {
		this.words = words;
		this.name = name;
		this.context = context;
		this.health = health;
		this.page = page;
	}

	/** The same person's second tab. */
	async newTab() {
		return new Visitor(this.name, this.context, this.health, await this.context.newPage(), this.words);
	}

	// Finding what is on the page.

	/** What the pages of this person call something. */
	say = (english) => this.words.get(english) ?? english;
	button = (name, within = this.page) => within.getByRole("button", { name: this.say(name), exact: true });
	field = (label) => this.page.getByLabel(this.say(label), { exact: true });
	section = (name) => this.page.getByRole("region", { name: this.say(name), exact: true });
	dialog = () => this.page.getByRole("dialog");
	heading = (name) => this.page.getByRole("heading", { name: this.say(name) });
	text = (text) => this.page.getByText(this.say(text));

	/** Waits until there is exactly one of `locator`, and it can be seen. */
	async sees(locator) {
		await locator.waitFor({ state: "visible", timeout: WAIT });
	}

	async seesNot(locator) {
		await locator.waitFor({ state: "hidden", timeout: WAIT });
	}

	/** Waits until the items of a list or the cells of a table read as expected. */
	async reads(locator, expected) {
		const words = async () => (await locator.allInnerTexts()).map((text) => text.replace(/\s+/g, " ").trim());
		const end = Date.now() + WAIT;
		let last;
		do {
			last = await words();
			if (JSON.stringify(last) === JSON.stringify(expected)) return;
			await this.page.evaluate(() => new Promise(requestAnimationFrame));
		} while (Date.now() < end);
		assert.deepEqual(last, expected, `what ${this.name} reads`);
	}

	// Doing what people do.

	/** Creates a poll on the page for that; returns its code. */
	async create(topic, { votes = 3 } = {}) {
		await this.page.goto("./create");
		await this.field("Topic").fill(topic);
		await this.field("Your name").fill(this.name);
		await this.field("Votes per person").fill(String(votes));
		await this.button("Create poll").click();
		await this.page.waitForURL("**/p/*");
		await this.sees(this.heading(topic));
		return new URL(this.page.url()).pathname.split("/").at(-1);
	}

	/** Follows the link of a poll and takes a seat in it. */
	async join(code) {
		await this.page.goto(`./p/${code}`);
		await this.field("Your name").fill(this.name);
		await this.button("Join poll").click();
		await this.sees(this.button("Leave poll"));
	}

	async nominate(text) {
		await this.field("Your nomination").fill(text);
		await this.button("Add").click();
		await this.sees(this.section("Nominations").getByRole("listitem").filter({ hasText: text }));
	}

	/** Presses a button that asks for confirmation, and gives it. */
	async confirm(label, confirmation) {
		await this.button(label).click();
		await this.button(confirmation, this.dialog()).click();
	}

	startVote = () => this.confirm("Start voting", "Open the vote");
	closeVote = () => this.confirm("Close voting", "Close and count");

	/** The option to tap; its name also says its place once it has one. */
	option = (text) => this.section("Options").getByRole("button", { name: text });

	async rank(...options) {
		for (const text of options) await this.option(text).click();
	}

	async submit() {
		await this.button("Review ballot").click();
		await this.button("Submit ballot", this.dialog()).click();
		await this.sees(this.heading("Your ballot is in"));
	}

	async vote(...options) {
		await this.rank(...options);
		await this.submit();
	}

	// Looking closely.

	/** Looks at the page as it is, in light and in dark: axe finds nothing, and nothing is wider than the window. */
	async inspect(name) {
		for (const colorScheme of ["light", "dark"]) {
			await this.page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
			await this.page.evaluate(settle);
			await picture(this.page, `${name}-${colorScheme}`);
			assert.deepEqual(await violations(this.page), [], `${name}, ${colorScheme}`);
			await this.#fits(name);
		}
		await this.page.emulateMedia({ colorScheme: null, reducedMotion: null });
		looked();
	}

	/** Nothing is wider than the window. */
	async #fits(name) {
		const { content, view } = await this.page.evaluate(() => ({
			content: document.documentElement.scrollWidth,
			view: document.documentElement.clientWidth,
		}));
		assert.ok(content <= view, `${name} is ${content} px wide in a window of ${view} px`);
	}

	/** Goes to something by the Tab key alone. */
	async tabTo(locator) {
		for (let presses = 0; presses < 100; presses++) {
			if (await locator.evaluate((element) => element === document.activeElement)) return;
			await this.page.keyboard.press("Tab");
		}
		assert.fail(`the Tab key never comes to ${locator}`);
	}

	/** Goes to something by the Tab key alone, and presses a key there. */
	async press(locator, key = "Enter") {
		await this.tabTo(locator);
		await this.page.keyboard.press(key);
	}
}

/** Runs in the page: ends what is on its way to somewhere, for what is half there does not have its colours yet. */
async function settle() {
	await document.fonts.ready;
	const ends = ({ playState, effect }) =>
		playState === "running" && effect.getComputedTiming().endTime !== Infinity;
	for (;;) {
		const moving = document.getAnimations().filter(ends);
		if (moving.length === 0) return;
		for (const animation of moving) animation.finish();
	}
}
