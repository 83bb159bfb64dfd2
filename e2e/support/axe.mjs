// What axe finds on a page, of any weight.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Every rule that a page breaks, with where it does. */
export async function violations(page) {
	if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
	return page.evaluate(run);
}

/** Runs in the page. What axe finds in order stays there: sending it here takes longer than finding it. */
async function run() {
	const { violations } = await window.axe.run({
		resultTypes: ["violations"],
		selectors: false, // the HTML says where
		preload: { assets: ["media"] }, // no rule that is on reads stylesheets
	});
	return violations.map(({ id, nodes }) => [id, nodes.map((n) => `${n.html}: ${n.failureSummary}`)]);
}
