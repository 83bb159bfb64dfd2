// Chromium for the tests: one process for a test file, one context (a person's own browser) for each person.
import { mkdir } from "node:fs/promises";
import { chromium } from "playwright-core";

const ARTIFACTS = new URL("../artifacts/", import.meta.url).pathname;

/** Starts Chromium and registers its end with the test `t`. */
export async function startBrowser(t) {
	const browser = await chromium.launch({
		executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
		args: [
			...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
			"--disable-gpu",
			"--disable-quic",
			"--disable-background-networking",
			"--disable-component-update",
			"--disable-sync",
			"--no-first-run",
		],
	});
	t.after(() => browser.close());
	return browser;
}

/** Keeps a picture of the page for people to look at. */
export async function screenshot(page, name) {
	await mkdir(ARTIFACTS, { recursive: true });
	await page.screenshot({ path: `${ARTIFACTS}${name}.png`, fullPage: true });
}
