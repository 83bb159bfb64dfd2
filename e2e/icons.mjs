// Makes the icons and the picture that messengers show beside a link, in web/public: `npm run icons`.
import { readFile, writeFile } from "node:fs/promises";
import test from "node:test";
import { startBrowser } from "./support/browser.mjs";

const PUBLIC = new URL("../web/public/", import.meta.url).pathname;
const ICON = await readFile(new URL("../web/src/icon.svg", import.meta.url), "utf8");
const full = ICON.replace(/ rx="\d+"/, ""); // the system cuts the corners itself

/** A picture of some HTML. */
async function picture(browser, name, [width, height], html) {
	const page = await browser.newPage({ viewport: { width, height } });
	await page.setContent(`<style>body { margin: 0 } svg { display: block }</style>${html}`);
	await writeFile(PUBLIC + name, await page.screenshot({ omitBackground: true }));
	await page.close();
}

const sized = (svg, size) => svg.replace("<svg ", `<svg width="${size}" height="${size}" `);

test("icons", async (t) => {
	const browser = await startBrowser(t);
	for (const size of [192, 512]) await picture(browser, `icon-${size}.png`, [size, size], sized(ICON, size));
	await picture(browser, "icon-180.png", [180, 180], sized(full, 180));
	// What matters of a maskable icon is within the middle four fifths.
	const masked = `<div style="background: #0e5b42; padding: 76px">${sized(full, 360)}</div>`;
	await picture(browser, "icon-maskable.png", [512, 512], masked);
	const style = `display: flex; align-items: center; gap: 72px; width: 1200px; height: 630px; padding-left: 110px;
		box-sizing: border-box; background: #0a4432; color: #fff; font: 800 150px "Bricolage Grotesque", system-ui`;
	await picture(
		browser,
		"preview.png",
		[1200, 630],
		`<div style='${style}'>${sized(ICON, 300)}<span>Caucus</span></div>`,
	);
});
