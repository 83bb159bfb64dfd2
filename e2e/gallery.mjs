// Photographs every state of the gallery at three widths, in light and dark, in two scripts: `make gallery`. The
// pictures are in artifacts/gallery; STATES chooses those whose name has that in it.
import test from "node:test";
import { screenshot, startBrowser } from "./support/browser.mjs";
import { show, startGallery } from "./support/gallery.mjs";

const WIDTHS = [360, 768, 1280];

test("gallery", async (t) => {
	const gallery = await startGallery(t);
	const browser = await startBrowser(t);
	const page = await browser.newPage({ baseURL: gallery.url, reducedMotion: "reduce" });
	await page.goto("/");
	await page.waitForFunction(() => window.states);
	const states = await page.evaluate(() => window.states);
	for (const state of states.filter((name) => name.includes(process.env.STATES ?? ""))) {
		for (const script of ["latin", "arabic"]) {
			await show(page, state, script);
			for (const width of WIDTHS) {
				await page.setViewportSize({ width, height: width < 1280 ? 800 : 720 });
				for (const colorScheme of ["light", "dark"]) {
					await page.emulateMedia({ colorScheme });
					const name = state.replaceAll(/[^a-z0-9]+/g, "-");
					await screenshot(page, `gallery/${name}-${script}-${width}-${colorScheme}`);
				}
			}
		}
	}
});
