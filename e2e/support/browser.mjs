// Chromium for the tests: one process for a test file, one context (a person's own browser) for each person.
import { mkdir } from "node:fs/promises";
import { chromium } from "playwright-core";
import { atEnd } from "./cleanup.mjs";

const ARTIFACTS = new URL("../artifacts/", import.meta.url).pathname;

/** What people hold in their hands, or have before them. */
export const devices = {
	phone: { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true },
	desktop: { viewport: { width: 1280, height: 800 } },
};

/** Starts Chromium and registers its end with `scope`: a test, or the module node:test for a whole file. */
export async function startBrowser(scope, { quic = false } = {}) {
	const browser = await chromium.launch({
		executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
		args: [
			...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
			"--disable-gpu",
			...(quic ? [] : ["--disable-quic"]),
			"--disable-background-networking",
			"--disable-component-update",
			"--disable-sync",
			"--no-first-run",
		],
	});
	atEnd(scope, () => browser.close());
	return browser;
}

/** Keeps a picture of the page for people to look at, if PICTURES asks for them: all are a fifth of what the tests cost. */
export const picture = async (page, name) => process.env.PICTURES && screenshot(page, name);

/** Keeps a picture of the page in any case. A phone's real pixels would cost four times as much. */
export async function screenshot(page, name) {
	await mkdir(ARTIFACTS, { recursive: true });
	await page.screenshot({
		path: `${ARTIFACTS}${name}.png`,
		fullPage: true,
		animations: "disabled",
		scale: "css",
	});
}
