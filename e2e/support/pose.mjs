// Pages that have their picture taken.

/** Loads a page again, now that the fonts are at hand: those of a slow first load are left out. */
export async function withFonts(page) {
	await page.evaluate(() => document.fonts.ready);
	await page.reload();
	await page.getByRole("heading", { level: 1 }).waitFor();
}

/** Holds a page still, from its top and with nothing in focus. */
export async function pose(page) {
	await page.evaluate(async () => {
		await document.fonts.ready;
		document.activeElement?.blur();
		window.scrollTo(0, 0);
	});
}
