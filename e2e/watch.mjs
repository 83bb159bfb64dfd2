// Keeps a picture of every step of every kind of reveal, to be looked at: `npm run watch`. The pictures are in
// artifacts/watch-*; SCREENS and KINDS choose some.
import test from "node:test";
import { devices, screenshot, startBrowser } from "./support/browser.mjs";
import { elect, elections, screenOf } from "./support/elections.mjs";
import { command } from "./support/poll.mjs";
import { startServer } from "./support/server.mjs";

const SCREENS = {
	hall: { viewport: { width: 1280, height: 720 }, colorScheme: "dark" },
	light: { viewport: { width: 1280, height: 720 }, colorScheme: "light" },
	"4k": { viewport: { width: 3840, height: 2160 }, colorScheme: "dark" },
	arabic: { viewport: { width: 1280, height: 720 }, locale: "ar-EG" },
	phone: { ...devices.phone, viewport: { width: 390, height: 844 } },
};
const chosen = (names, all) => names?.split(",") ?? Object.keys(all);

for (const kind of chosen(process.env.KINDS, elections)) {
	test(`the reveal: ${kind}`, async (t) => {
		const server = await startServer(t);
		const browser = await startBrowser(t);
		const { host } = await elect(t, server, kind);
		const screens = {};
		for (const name of chosen(process.env.SCREENS, SCREENS)) {
			const context = await browser.newContext({
				baseURL: server.url,
				reducedMotion: "reduce",
				...SCREENS[name],
			});
			screens[name] = await context.newPage();
			await screens[name].goto(await screenOf(host));
			await screens[name].getByRole("heading", { level: 1 }).waitFor();
		}
		const shoot = async (step) => {
			for (const [name, page] of Object.entries(screens)) {
				await page.evaluate(() => document.fonts.ready);
				await screenshot(page, `watch-${kind}-${name}-${step}`);
			}
		};
		await shoot(0);
		for (let step = 1; step <= 12; step++) {
			await command(host, "play_result", { step });
			for (const page of Object.values(screens)) await page.waitForTimeout(400);
			await shoot(step);
			const summary = await fetch(`${server.url}/polls/${host.pollID}`).then((response) => response.json());
			if (summary.revealed) break;
		}
	});
}
